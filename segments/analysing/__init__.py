"""From stored versions, days and persona columns to what ``segments.analysis`` computes.

Everything here is bitmaps and numpy, fast enough for a request.
"""
