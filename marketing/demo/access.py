"""Who may look at the demo: one operator and two API keys, made once, kept beside the data."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model

from marketing.api.models import ApiKey, issue_key


def ensure() -> list[str]:
    """Lines to print; the file is readable by its owner only."""
    kept = Path(settings.HOME) / "demo-access.txt"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text("\n".join(_create()) + "\n")
    return kept.read_text().splitlines()


def _create() -> list[str]:
    password = secrets.token_urlsafe(9)
    user, _created = get_user_model().objects.get_or_create(
        username="demo", defaults={"is_staff": True, "is_superuser": True}
    )
    user.set_password(password)
    user.save()
    _key, write = issue_key("Demo app", ApiKey.Kind.WRITE)
    key, server = issue_key("Demo server", ApiKey.Kind.SERVER)
    return [
        f"Studio login: demo / {password}",
        f"Write key: {write}",
        f"Server key: {server}",
        f"Person tokens are signed with (HS256, kid {key.public_id}): {key.signing_secret}",
    ]
