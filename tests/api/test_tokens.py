"""A person's token opens that person's doors, for an hour at most, and nothing else."""

from __future__ import annotations

import base64
import time
from typing import Any

import jwt
import orjson
import pytest

from marketing.api.models import ApiKey
from marketing.workspace.models import Workspace
from tests.api.caller import bearer, json, key, problem, token
from tests.campaigns.stage import person

INBOX = "/api/v1/people/ann/inbox"


@pytest.fixture
def signer(here: Workspace) -> ApiKey:
    person("ann")
    person("bob")
    return key("server")[0]


def segment(value: object) -> str:
    raw = value if isinstance(value, bytes) else orjson.dumps(value)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_token__own__then_ok(signer: ApiKey) -> None:
    answer = bearer(token(signer, "ann")).get(INBOX)
    assert (answer.status_code, json(answer)) == (200, {"cards": [], "next_before": None})


@pytest.mark.parametrize("what", ["recommendations", "offers", "inbox"])
@pytest.mark.parametrize("whose", ["bob", "nobody", "Ann", "ann%20", "user:ann", "1"])
def test_token__of_another__then_as_if_they_were_not_there(
    what: str, whose: str, signer: ApiKey
) -> None:
    answer = bearer(token(signer, "ann")).get(f"/api/v1/people/{whose}/{what}")
    problem(answer, 404, "unknown_person")


def test_token__of_somebody_unknown__then_not_found(signer: ApiKey) -> None:
    answer = bearer(token(signer, "ghost")).get("/api/v1/people/ghost/inbox")
    problem(answer, 404, "unknown_person")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"exp": 1}, "token_expired"),
        ({"iat": 0, "exp": 2_000_000_000}, "token_too_long"),
        ({"exp": 4_000_000_000}, "token_too_long"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_100}, "bad_token"),
        ({"nbf": 4_000_000_000}, "bad_token"),
        ({"exp": None}, "bad_token"),
        ({"iat": None}, "bad_token"),
        ({"sub": None}, "bad_token"),
        ({"sub": 7}, "bad_token"),
        ({"sub": ["ann"]}, "bad_token"),
        ({"sub": {"a": "ann"}}, "bad_token"),
        ({"exp": "soon"}, "bad_token"),
        ({"iat": "now"}, "bad_token"),
        ({"exp": [1]}, "bad_token"),
    ],
)
def test_token__claims_that_must_not_be__then_unauthorized(
    changed: dict[str, Any], code: str, signer: ApiKey
) -> None:
    said = {"sub": "ann"} | changed
    problem(bearer(token(signer, said.pop("sub"), **said)).get(INBOX), 401, code)


@pytest.mark.parametrize("name", ["exp", "iat"])
def test_token__a_moment_as_text__then_unauthorized(name: str, signer: ApiKey) -> None:
    moment = int(time.time()) + (300 if name == "exp" else 0)
    problem(bearer(token(signer, "ann", **{name: str(moment)})).get(INBOX), 401, "bad_token")


def test_token__an_infinite_moment__then_unauthorized(signer: ApiKey) -> None:
    problem(bearer(token(signer, "ann", exp=float("inf"))).get(INBOX), 401, "bad_token")


def test_token__just_an_hour__then_ok_and_a_second_more_is_not(signer: ApiKey) -> None:
    moment = int(time.time())
    for life, status in ((3_600, 200), (3_601, 401)):
        said = token(signer, "ann", iat=moment, exp=moment + life)
        assert bearer(said).get(INBOX).status_code == status


def forged(signer: ApiKey) -> dict[str, str]:
    """What an attacker without the signing secret can make."""
    moment = int(time.time())
    claims = {"sub": "ann", "iat": moment, "exp": moment + 300}
    mine, app = {"kid": signer.public_id}, key("write")[0]
    header, body, signature = token(signer, "ann").split(".")
    bob = token(signer, "bob").split(".")
    return {
        "no algorithm": jwt.encode(claims, "", algorithm="none", headers=mine),
        "none in odd case": f"{segment({'alg': 'nOnE', **mine})}.{segment(claims)}.",
        "another secret": jwt.encode(claims, "x" * 64, algorithm="HS256", headers=mine),
        "the public id as secret": jwt.encode(
            claims, signer.public_id.ljust(64), algorithm="HS256", headers=mine
        ),
        "the secret's hash": jwt.encode(
            claims, signer.secret_hash, algorithm="HS256", headers=mine
        ),
        "another algorithm": jwt.encode(
            claims, signer.signing_secret, algorithm="HS512", headers=mine
        ),
        "a write key's id": token(app, "ann"),
        "an unknown id": jwt.encode(
            claims, signer.signing_secret, algorithm="HS256", headers={"kid": "0" * 16}
        ),
        "no id": jwt.encode(claims, signer.signing_secret, algorithm="HS256"),
        "an id that is no text": f"{segment({'alg': 'HS256', 'kid': [1]})}.{body}.{signature}",
        "a nul in the id": f"{segment({'alg': 'HS256', 'kid': chr(0)})}.{body}.{signature}",
        "another body": f"{header}.{bob[1]}.{signature}",
        "no signature": f"{header}.{body}.",
        "a cut signature": f"{header}.{body}.{signature[:-4]}",
        "critical header": f"{segment({'alg': 'HS256', 'crit': ['x'], **mine})}.{body}.{signature}",
        "not base64": "a.b.c",
        "dots": "..",
        "a header that is a list": f"{segment([1])}.{body}.{signature}",
        "a header that is not JSON": f"{segment(b'nope')}.{body}.{signature}",
        "a body that is not JSON": f"{header}.{segment(b'nope')}.{signature}",
        "a header 3,000 deep": f"{segment(b'[' * 3_000 + b']' * 3_000)}.{body}.{signature}",
        "letters beyond ASCII": f"{header}.{body}.é",
    }


def test_token__forged__then_unauthorized(signer: ApiKey) -> None:
    for said, presented in forged(signer).items():
        answer = bearer(presented).get(INBOX)
        assert answer.status_code == 401, said
        problem(answer, 401, "bad_token")


@pytest.mark.parametrize("at", range(0, 60, 7))
def test_token__one_letter_of_its_signature_changed__then_unauthorized(
    at: int, signer: ApiKey
) -> None:
    header, body, signature = token(signer, "ann").split(".")
    place = at % (len(signature) - 1)
    other = "A" if signature[place] != "A" else "B"
    changed = signature[:place] + other + signature[place + 1 :]
    problem(bearer(f"{header}.{body}.{changed}").get(INBOX), 401, "bad_token")


def test_token__signed_by_another_server_key__then_works_for_that_key_only(
    signer: ApiKey,
) -> None:
    second = key("server")[0]
    assert bearer(token(second, "ann")).get(INBOX).status_code == 200
    moment = int(time.time())
    mixed = jwt.encode({"sub": "ann", "iat": moment, "exp": moment + 9}, second.signing_secret,
                       algorithm="HS256", headers={"kid": signer.public_id})  # fmt: skip
    problem(bearer(mixed).get(INBOX), 401, "bad_token")
