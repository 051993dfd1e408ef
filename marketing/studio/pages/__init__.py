"""Contexts of the pages that are more than a table or a form."""
