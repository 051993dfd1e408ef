"""A coupon is redeemed once."""

from __future__ import annotations

from datetime import datetime

from campaigns.models import Coupon
from marketing.kernel.errors import Conflict, NotFound


def redeem(code: str, order_reference: str, now: datetime) -> Coupon:
    """Raises NotFound for an unknown code, Conflict for one that is used or expired."""
    wanted = code.replace("\x00", "").strip().upper()
    coupon = Coupon.objects.filter(code=wanted).first()
    if coupon is None:
        raise NotFound("There is no such coupon", code="unknown_coupon", fix="Check the code.")
    if coupon.expires_at <= now:
        raise Conflict("The coupon has expired", code="coupon_expired")
    taken = Coupon.objects.filter(pk=coupon.pk, redeemed_at=None).update(
        redeemed_at=now, order_reference=order_reference[:120]
    )
    if not taken:
        raise Conflict("The coupon was already redeemed", code="coupon_redeemed")
    coupon.refresh_from_db()
    return coupon
