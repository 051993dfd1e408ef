"""Intake, the event log, the warehouse and the quarantine."""
