"""The ways to a segment that is no rule: kept, listed, learned; their forms and their words."""
