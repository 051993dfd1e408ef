"""A coupon is redeemed once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.delivering import deliver_due
from campaigns.models import Coupon
from campaigns.redeeming import redeem
from marketing.kernel.errors import Conflict, NotFound
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, coupons, crowd, decided, draft

SECOND = timedelta(seconds=1)


@pytest.fixture
def coupon(workspace: Workspace) -> Coupon:
    crowd(1)
    decided(draft(variants=coupons(valid_days=2)), workspace)
    deliver_due(workspace, NOW)
    return Coupon.objects.get()


def test_redeem__fresh__then_taken_with_its_order(coupon: Coupon) -> None:
    taken = redeem(coupon.code, "A-1", NOW + SECOND)
    assert (taken.redeemed_at, taken.order_reference) == (NOW + SECOND, "A-1")


def test_redeem__twice__then_conflict_and_the_first_order_stays(coupon: Coupon) -> None:
    redeem(coupon.code, "A-1", NOW)
    with pytest.raises(Conflict) as refused:
        redeem(coupon.code, "A-2", NOW + SECOND)
    assert refused.value.code == "coupon_redeemed"
    coupon.refresh_from_db()
    assert (coupon.redeemed_at, coupon.order_reference) == (NOW, "A-1")


def test_redeem__at_its_end__then_expired_and_not_a_second_before(coupon: Coupon) -> None:
    assert coupon.expires_at == NOW + timedelta(days=2)
    with pytest.raises(Conflict) as refused:
        redeem(coupon.code, "A-1", coupon.expires_at)
    assert refused.value.code == "coupon_expired"
    assert redeem(coupon.code, "A-1", coupon.expires_at - SECOND).redeemed_at


@pytest.mark.parametrize("code", ["", " ", "AAAA-BBBB-CCCC", "%", "' OR 1=1 --", "x" * 5_000])
def test_redeem__unknown__then_not_found(coupon: Coupon, code: str) -> None:
    with pytest.raises(NotFound) as refused:
        redeem(code, "A-1", NOW)
    assert refused.value.code == "unknown_coupon"


def test_redeem__typed_by_hand__then_case_and_spaces_do_not_matter(coupon: Coupon) -> None:
    assert redeem(f"  {coupon.code.lower()} ", "A-1", NOW).pk == coupon.pk


def test_code__issued__then_has_no_letters_that_people_mix_up(coupon: Coupon) -> None:
    words = coupon.code.split("-")
    assert [len(word) for word in words] == [4, 4, 4]
    assert not set("".join(words)) & set("IO01")
