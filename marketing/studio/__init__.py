"""The operators' studio over Django admin (Unfold). Every screen of the product is here.

The admin classes live in this room and not in each app: a person's page needs segments, decisions
and scores together, and only this room may see them all (docs/decisions/0003).
"""
