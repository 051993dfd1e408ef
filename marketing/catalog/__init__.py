"""Content items, the concepts they teach, their prerequisites and prices."""
