"""Segments that the data suggest: asked as a row, learned by a worker, accepted by an operator."""
