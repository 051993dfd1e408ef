"""Campaigns: on an occasion, decide who gets what, deliver it once, learn what they did."""
