"""The three who call: the app, the host's server, a person with a token."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import jwt
import orjson
from django.http import HttpResponse
from django.test import Client

from marketing.api.models import ApiKey, issue_key

PROBLEM = "application/problem+json"


@dataclass
class Caller:
    """``authorization``: the header's value; empty sends none. Errors answer, they never raise."""

    authorization: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(path, headers=self._headers(headers))  # type: ignore[return-value]

    def post(
        self, path: str, body: Any = None, *, kind: str = "application/json", **headers: str
    ) -> HttpResponse:
        """``body``: bytes go as they are, everything else as JSON."""
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        return self.client.post(  # type: ignore[return-value]
            path, data, content_type=kind, headers=self._headers(headers)
        )

    def batch(self, *messages: object) -> HttpResponse:
        return self.post("/v1/batch", {"batch": list(messages)})

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": self.authorization, **named} if self.authorization else named


def bearer(what: str) -> Caller:
    return Caller(f"Bearer {what}")


def key(kind: str) -> tuple[ApiKey, str]:
    return issue_key(kind, kind)


def token(key: ApiKey, person: object, **changed: Any) -> str:
    """Signed as the host would, five minutes long; ``changed`` claims replace, None leaves out."""
    moment = int(time.time())  # what the library that verifies compares with
    claims: dict[str, Any] = {"sub": person, "iat": moment, "exp": moment + 300} | changed
    said = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(said, key.signing_secret, algorithm="HS256", headers={"kid": key.public_id})


def json(answer: HttpResponse) -> Any:
    return orjson.loads(answer.content)


def problem(answer: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """Checks the shape of a problem and gives it."""
    assert answer.status_code == status, answer.content[:500]
    assert answer["content-type"].partition(";")[0] == PROBLEM
    said: dict[str, Any] = json(answer)
    assert (said["status"], said["code"]) == (status, code), said
    assert said["type"] == f"/problems/{code}"
    assert said["title"] and set(said) <= {"type", "title", "status", "code", "pointer", "fix"}
    assert b"Traceback" not in answer.content and b'File "' not in answer.content
    if status == 401:
        assert answer["www-authenticate"] == "Bearer"
    return said
