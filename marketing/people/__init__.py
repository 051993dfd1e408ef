"""Persons by dense ordinal, their identities, devices and consent."""
