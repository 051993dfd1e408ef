"""The condition language: versioned JSON, parsed once, evaluated over columns, described in words.

The same evaluator answers for a population (columns of length n) and for one person (Python
scalars), so a batch and real time cannot disagree.
"""
