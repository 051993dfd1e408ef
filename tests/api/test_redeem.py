"""Redeeming over HTTP: the same key gets the same answer, a coupon is money once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.http import HttpResponse

from campaigns.models import Coupon
from marketing.workspace.models import Workspace
from tests.api.caller import Caller, bearer, json, key, problem
from tests.api.stage import with_coupons
from tests.campaigns.stage import NOW

# On PostgreSQL only: a text with NUL is refused by the driver, and nobody refuses it before.
NUL = "%00"


@pytest.fixture
def coupon(here: Workspace) -> Coupon:
    return with_coupons(here, "ann")[0]


def redeem(
    server: Caller, code: str, order: object = "A-1", idempotency: str = "k-1"
) -> HttpResponse:
    path = f"/api/v1/coupons/{code}/redeem"
    return server.post(path, {"order": order}, Idempotency_Key=idempotency)


def test_redeem__fresh__then_taken(coupon: Coupon, server: Caller) -> None:
    answer = redeem(server, coupon.code)
    assert answer.status_code == 200
    said = json(answer)
    assert (said["code"], said["value_cents"], said["currency"]) == (coupon.code, 1_000, "CNY")
    assert datetime.fromisoformat(said["redeemed_at"]) == NOW
    coupon.refresh_from_db()
    assert (coupon.redeemed_at, coupon.order_reference) == (NOW, "A-1")


def test_redeem__repeated_with_the_same_key__then_the_same_answer(
    coupon: Coupon, server: Caller
) -> None:
    first, second = redeem(server, coupon.code), redeem(server, coupon.code)
    assert (second.status_code, json(second)) == (200, json(first))


def test_redeem__repeated_after_its_end__then_still_the_same_answer(
    coupon: Coupon, server: Caller, here: Workspace
) -> None:
    first = redeem(server, coupon.code)
    here.frozen_at = coupon.expires_at + timedelta(days=1)
    here.save()
    assert json(redeem(server, coupon.code)) == json(first)


def test_redeem__repeated__then_the_same_to_the_last_digit(
    coupon: Coupon, server: Caller, here: Workspace
) -> None:
    here.frozen_at = NOW + timedelta(microseconds=123_456)
    here.save()
    assert json(redeem(server, coupon.code)) == json(redeem(server, coupon.code))


def test_redeem__another_key__then_conflict(coupon: Coupon, server: Caller) -> None:
    redeem(server, coupon.code)
    problem(redeem(server, coupon.code, idempotency="k-2"), 409, "coupon_redeemed")


def test_redeem__the_same_key_on_another_server_key__then_conflict(
    coupon: Coupon, server: Caller
) -> None:
    redeem(server, coupon.code)
    problem(redeem(bearer(key("server")[1]), coupon.code), 409, "coupon_redeemed")


def test_redeem__key_reused_for_another_request__then_conflict(
    here: Workspace, server: Caller
) -> None:
    first, second = with_coupons(here, "ann", "bob")
    redeem(server, first.code)
    problem(redeem(server, second.code), 409, "idempotency_key_reused")
    problem(redeem(server, first.code, order="A-2"), 409, "idempotency_key_reused")
    second.refresh_from_db()
    assert second.redeemed_at is None


@pytest.mark.parametrize("idempotency", ["", "x" * 121])
def test_redeem__no_or_overlong_key__then_400(
    idempotency: str, coupon: Coupon, server: Caller
) -> None:
    problem(redeem(server, coupon.code, idempotency=idempotency), 400, "no_idempotency_key")


@pytest.mark.parametrize("order", [None, "", 7, "x" * 121, ["A-1"], {"id": "A-1"}, True])
def test_redeem__no_order__then_400(order: object, coupon: Coupon, server: Caller) -> None:
    said = problem(redeem(server, coupon.code, order=order), 400, "invalid_field")
    assert said["pointer"] == "/order"


@pytest.mark.parametrize("body", [[], "x", 1, None, b"", b"nonsense"])
def test_redeem__bad_body__then_400(body: object, coupon: Coupon, server: Caller) -> None:
    answer = server.post(f"/api/v1/coupons/{coupon.code}/redeem", body, Idempotency_Key="k")
    problem(answer, 400, json(answer)["code"])


@pytest.mark.parametrize("code", ["AAAA-BBBB-CCCC", "%25", "..", "x" * 2_000, "%E4%BD%A0", NUL])
def test_redeem__unknown_code__then_404_and_the_key_stays_free(
    code: str, coupon: Coupon, server: Caller
) -> None:
    answer = redeem(server, code)
    problem(answer, 404, json(answer)["code"])
    assert redeem(server, coupon.code).status_code == 200


def test_redeem__expired__then_409(coupon: Coupon, server: Caller, here: Workspace) -> None:
    here.frozen_at = coupon.expires_at
    here.save()
    problem(redeem(server, coupon.code), 409, "coupon_expired")


def test_redeem__typed_by_hand__then_taken(coupon: Coupon, server: Caller) -> None:
    assert redeem(server, coupon.code.lower()).status_code == 200
