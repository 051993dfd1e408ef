"""The OpenAPI document, its pages, and what a browser is told on the way."""

from __future__ import annotations

import re

import pytest
import yaml
from django.test import Client
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from recommender.insights import INSIGHTS
from tests.api.caller import Caller, json
from tests.api.test_segment_doors import DOORS as SEGMENT_DOORS
from tests.campaigns.stage import NOW
from tests.messages import track

FOREIGN = re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""")


@pytest.mark.django_db
def test_schema__served__then_names_every_door_and_its_problems() -> None:
    answer = Client().get("/api/schema")
    assert answer.status_code == 200
    document = yaml.safe_load(answer.content)
    assert document["openapi"].startswith("3.")
    assert set(document["paths"]) == {
        "/v1/batch", "/v1/{kind}",
        "/api/v1/people/{external_id}/recommendations", "/api/v1/people/{external_id}/offers",
        "/api/v1/people/{external_id}/inbox", "/api/v1/people/{external_id}/erasure",
        "/api/v1/coupons/{code}/redeem",
        "/api/v1/decisions/{name}", "/v1/insights", *SEGMENT_DOORS,
        *(f"/v1/insights/{name}{rest}" for name in INSIGHTS for rest in ("", "/{asked}")),
    }  # fmt: skip
    for door in document["paths"].values():
        for method in door.values():
            assert "401" in method["responses"] and method["security"]


def test_schema__an_answer_of_ours__then_has_the_promised_shape(app: Caller) -> None:
    document = yaml.safe_load(app.get("/api/schema").content)
    promised = document["paths"]["/v1/batch"]["post"]["responses"]["200"]["content"]
    shape = promised["application/json"]["schema"] | {"components": document["components"]}
    taken = json(app.batch(track("ann", "x", NOW), {"type": "nonsense"}))
    Draft202012Validator(shape).validate(taken)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/docs", "/admin/login/"])
def test_page__opened__then_loads_nothing_from_elsewhere(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 200
    assert not FOREIGN.search(answer.content.decode())


@pytest.mark.django_db
def test_docs__opened__then_its_own_policy_lets_it_run() -> None:
    answer = Client().get("/api/docs")
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", answer.content.decode())
    assert "'unsafe-inline'" not in answer["content-security-policy"].partition("style-src")[0]
    assert not scripts


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/login/", "/api/docs"])
def test_page__any__then_with_the_headers_that_protect_it(path: str) -> None:
    headers = Client().get(path).headers
    policy = dict(
        part.strip().split(" ", 1)
        for part in headers["content-security-policy"].split(";")
        if part.strip()
    )
    assert policy["default-src"] == policy["form-action"] == policy["base-uri"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "'unsafe-inline'" not in policy["script-src"]
    assert not re.search(r"https?:|\*", headers["content-security-policy"])
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    if path != "/api/docs":  # Swagger's own view opens itself to log-in windows
        assert headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.django_db
def test_login__opened__then_its_cookies_are_out_of_reach_for_scripts() -> None:
    answer = Client().get("/admin/login/")
    for cookie in answer.cookies.values():
        assert cookie["samesite"] == "Lax"
    assert (
        "csrftoken" in answer.content.decode() or "csrfmiddlewaretoken" in answer.content.decode()
    )


def test_answer__of_the_api__then_no_cookie_and_no_sniffing(app: Caller) -> None:
    answer = app.batch(track("ann", "x", NOW))
    assert not answer.cookies
    assert answer["x-content-type-options"] == "nosniff"
