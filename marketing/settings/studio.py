"""The studio's shell: Unfold's settings."""

UNFOLD: dict[str, object] = {}
