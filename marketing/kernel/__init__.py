"""Plain Python that everything stands on. Knows no framework."""
