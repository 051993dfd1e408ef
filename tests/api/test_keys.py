"""Which key opens what: an app's can only write, a server's can read and redeem."""

from __future__ import annotations

import base64

import pytest
from django.utils import timezone

from marketing.api.models import ApiKey
from marketing.workspace.models import Workspace
from tests.api.caller import Caller, bearer, json, key, problem, token
from tests.campaigns.stage import NOW, person
from tests.messages import track

PERSON_PATHS = [f"/api/v1/people/ann/{what}" for what in ("recommendations", "offers", "inbox")]
DECISION = "/api/v1/decisions/1"
REDEEM = "/api/v1/coupons/AAAA-BBBB-CCCC/redeem"


@pytest.mark.parametrize("path", [*PERSON_PATHS, DECISION])
def test_write_key__reads__then_forbidden(path: str, app: Caller) -> None:
    person("ann")
    answer = app.get(path)
    assert answer.status_code == 403
    problem(answer, 403, json(answer)["code"])


def test_write_key__redeems__then_forbidden(app: Caller) -> None:
    answer = app.post(REDEEM, {"order": "A-1"}, Idempotency_Key="k")
    problem(answer, 403, "needs_server_key")


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/track", "/v1/identify"])
def test_server_key__writes__then_forbidden(path: str, server: Caller) -> None:
    problem(server.post(path, {"batch": []}), 403, "needs_write_key")


@pytest.mark.parametrize("path", PERSON_PATHS)
def test_server_key__asks_for_a_person__then_needs_their_token(path: str, server: Caller) -> None:
    person("ann")
    problem(server.get(path), 403, "needs_person_token")


def test_person__writes_or_redeems__then_forbidden(here: Workspace) -> None:
    person("ann")
    ann = bearer(token(key("server")[0], "ann"))
    problem(ann.post("/v1/batch", {"batch": []}), 403, "needs_write_key")
    problem(ann.post(REDEEM, {"order": "A-1"}, Idempotency_Key="k"), 403, "needs_server_key")


def test_basic__segments_way__then_the_key_is_the_user_name(here: Workspace) -> None:
    secret = key("write")[1]
    basic = base64.b64encode(f"{secret}:".encode()).decode()
    answer = Caller(f"Basic {basic}").batch(track("ann", "Course Viewed", NOW))
    assert json(answer)["accepted"] == 1


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer"])
def test_scheme__any_case__then_taken(scheme: str, here: Workspace) -> None:
    assert Caller(f"{scheme} {key('write')[1]}").batch().status_code == 200


def test_revoked__key_or_token_of_it__then_unauthorized(here: Workspace) -> None:
    person("ann")
    row, secret = key("server")
    ann = bearer(token(row, "ann"))
    assert ann.get("/api/v1/people/ann/inbox").status_code == 200
    ApiKey.objects.filter(pk=row.pk).update(revoked_at=timezone.now())
    problem(ann.get("/api/v1/people/ann/inbox"), 401, "bad_token")
    problem(bearer(secret).get(DECISION), 401, "bad_key")


def wrong_keys() -> dict[str, str]:
    """What looks like a key and is none."""
    row, secret = key("write")
    kind, _, rest = secret.partition("_")
    return {
        "another secret": f"wk_{row.public_id}_{'x' * 43}",
        "no secret": f"wk_{row.public_id}_",
        "only the id": row.public_id,
        "the hash": f"wk_{row.public_id}_{row.secret_hash}",
        "another kind": f"sk_{rest}",
        "no kind": f"_{rest}",
        "upper case": secret.upper(),
        "one more letter": secret + "a",
        "one letter less": secret[:-1],
        "unknown id": f"{kind}_{'0' * 16}_{rest.partition('_')[2]}",
        "wild card": "wk_%_%",
        "nul": f"wk_{row.public_id}\x00_{rest}",
    }


def test_wrong_key__any__then_unauthorized(here: Workspace) -> None:
    for said, presented in wrong_keys().items():
        problem(bearer(presented).batch(), 401, "bad_key"), said


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Digest x", "wk_1_2", "Basic", "Basic !!!", "Basic Og=="]
)
def test_header__not_understood__then_unauthorized(header: str, here: Workspace) -> None:
    problem(Caller(header).batch(), 401, "no_credentials")


def test_header__basic_that_is_not_ascii__then_unauthorized(here: Workspace) -> None:
    problem(Caller("Basic clé").batch(), 401, "no_credentials")


def test_key__issued__then_neither_secret_is_stored(here: Workspace) -> None:
    row, secret = key("server")
    stored = " ".join(str(value) for value in ApiKey.objects.values().get(pk=row.pk).values())
    assert secret.rpartition("_")[2] not in stored
    assert row.signing_secret not in stored
