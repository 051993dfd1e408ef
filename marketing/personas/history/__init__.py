"""Everybody's events that folds look back on, by person: what a scan would find, without the scan.

A part that does not merge (distinct, active days, mode, sequences) is computed anew for whoever a
fresh event touches. The warehouse is sorted by day and event, so the past of a few people lies in
every file. A history is the same rows once more, sorted by person in memory-mapped arrays: the past
of five hundred people is five hundred slices. It holds only the events and properties that such
parts read, within their windows, and ends at a log position; what came since is in the log.
"""
