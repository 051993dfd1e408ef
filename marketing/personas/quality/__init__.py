"""How good the data are that traits read: spread, repeats, and what the rules of cleaning touch.

A worker scans (``scanning.py``); whoever only asks and reads imports ``asking`` and ``report``.
"""
