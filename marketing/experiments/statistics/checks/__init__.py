"""Checks of an experiment: may its effect be read, and does it mean what it seems to?

The contract is the package's above: pure, no clock, no randomness. One check a file, one
function each, which answers a frozen value of numbers whose `failed` says whether a threshold
was passed; the threshold is a constant of its module, with the reason for its height. `None`
(in place of the value or of a number in it) is what the data cannot say, and is no failure.
ValueError is for what nobody can mean.

`split` sample ratio mismatch by day, epoch or segment · `exposure` people seen without an
assignment or in two arms · `novelty` does the effect fade · `interaction` two experiments at
once · `outliers` does the effect hang on a few large amounts.
"""
