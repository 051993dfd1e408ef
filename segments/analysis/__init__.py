"""What memberships say: overlaps, RFM regions, movements between stages, size over time.

Pure: bitmaps and arrays in, frozen values out. What the data cannot say is None, never 0.
"""
