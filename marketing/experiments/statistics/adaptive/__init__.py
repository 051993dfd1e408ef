"""Adaptive allocation: who gets how much traffic next, and what another way would have brought.

The contract is that of `marketing.experiments.statistics`: pure functions of counts and
arrays, no framework, no clock, no randomness (probabilities come from quadrature, so the
same counts give the same shares everywhere). Statistics are frozen and add; what the data
cannot say is `None`; what nobody can mean raises ValueError. Every share that anybody was
assigned by is bounded below by `allocation.allocate` and has to be logged: `off_policy`
and `compare`, for effects after adaptation, stand on it. Import from the module that does the
thing:

`best` the quadrature · `thompson` who is probably best, top-two · `allocation` shares with
a floor, and who falls into which · `delay` answers that have not come yet · `contextual`
shares that depend on the person · `off_policy` what another policy would have earned.
"""
