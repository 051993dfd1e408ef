"""Experiment statistics: pure functions of sufficient statistics and arrays.

The contract: no framework, no randomness, no clock. Statistics are frozen and add, so a
day's counts plus another day's are the counts of both. Whatever the data cannot say is
`None`, never 0 or 0.5; what no caller can mean (negative counts, a share outside [0, 1])
raises ValueError. Import from the module that does the thing:

`sufficient` counts and sums · `pairs` of two numbers a person · `cells` of many groups at once ·
`interval` the answer's shape · `difference` effects · `estimate` effects with their standard
errors, adjusted or not · `score` rates of small groups · `spending` looks before the end ·
`always_valid` looks at any time · `bayes` beliefs · `multiplicity` several questions ·
`compare` over epochs and strata · `ratio_mismatch` SRM · `stratified_mismatch` SRM over days,
epochs or segments · `checks` may the effect be read · `planning` how many people, for how long ·
`calibration` how good a score is · `adaptive` shares that follow the answers, and inference after
that.
"""
