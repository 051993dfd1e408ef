"""A program: what the web process has loaded once it served a recommendation, as JSON.

Usage: serve_once.py VERSION, the version of a ranker below ARTEFACTS_DIR that knows a, b and c.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime

import django

django.setup()

import jwt  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from marketing.api.models import ApiKey, issue_key  # noqa: E402
from marketing.catalog.models import Content  # noqa: E402
from marketing.events.intake import accept  # noqa: E402
from marketing.workspace.services import move_pointer  # noqa: E402

call_command("migrate", verbosity=0)
assert get_resolver().url_patterns
now = datetime.now(UTC)
for name in "abc":
    Content.objects.create(external_id=name, title=name)
order = {"type": "track", "userId": "ann", "event": "Order Completed"}
accept([{**order, "properties": {"content": "a"}}], now)
move_pointer("model:next_item_ridge", sys.argv[1], now)

key, secret = issue_key("host", ApiKey.Kind.SERVER)
claims = {"sub": "ann", "iat": int(time.time()), "exp": int(time.time()) + 600}
token = jwt.encode(claims, key.signing_secret, "HS256", headers={"kid": key.public_id})
answer = Client().get(
    "/api/v1/people/ann/recommendations",
    headers={"host": "localhost", "authorization": f"Bearer {token}"},
)
server = {"host": "localhost", "authorization": f"Bearer {secret}"}
doors = ["segments", "overlap?of=a,b", "rfm", "lifecycle/transitions"]
told = [Client().get(f"/api/v1/{door}", headers=server).status_code for door in doors]
sys.stdout.write(
    json.dumps(
        {
            "status": answer.status_code,
            "told": told,
            "items": [each["content"] for each in answer.json().get("recommendations", [])],
            "loaded": sorted({name.partition(".")[0] for name in sys.modules}),
        }
    )
)
