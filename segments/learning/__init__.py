"""Segments that are learned: groups that the data hold, people like others, rules from examples.

Pure: arrays and persona columns in, frozen values out. No framework, no clock, no database; heavy
libraries are imported inside functions that run in workers. People are ordinals (int64[m]), a
result is stored as plain numbers (``storing``), never as a pickle.
"""
