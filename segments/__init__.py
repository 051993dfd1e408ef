"""Conditions over persona columns: memberships and who entered or left."""
