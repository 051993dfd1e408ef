"""Predictors and rankers: learn from personas and events as of a moment, write scores back."""
