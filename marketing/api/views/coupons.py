"""Redeeming, by the host's server, once."""

from __future__ import annotations

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns.redeeming import redeem
from marketing.api.keys import Caller, KeyAuthentication, require_server
from marketing.api.models import RememberedAnswer
from marketing.api.shapes import CouponShape, ProblemShape, RedeemShape
from marketing.api.throttles import CallerThrottle
from marketing.api.views.people import coupon_json
from marketing.kernel.errors import Conflict, Invalid
from marketing.kernel.hashing import content_hash
from marketing.workspace.queries import now


class RedeemView(APIView):
    authentication_classes = [KeyAuthentication]
    throttle_classes = [CallerThrottle]

    @extend_schema(
        request=RedeemShape,
        responses={200: CouponShape, 400: ProblemShape, 401: ProblemShape, 403: ProblemShape,
                   404: ProblemShape, 409: ProblemShape},
        parameters=[OpenApiParameter("Idempotency-Key", str, "header", required=True)],
        tags=["coupons"],
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """The same Idempotency-Key gets the same answer again; another finds it redeemed."""
        caller = require_server(request)
        key = request.headers.get("Idempotency-Key", "")
        order = request.data.get("order") if isinstance(request.data, dict) else None
        _check(key, order)
        asked = content_hash([code, order], 64)
        with transaction.atomic():
            remembered = _remembered(caller, key, asked)
            if remembered is not None:
                return Response(remembered.body, status=remembered.status)
            redeemed = coupon_json(redeem(code, str(order), now()))
            # The repeats get the very bytes of the first answer.
            body = json.loads(DjangoJSONEncoder().encode(redeemed))
            _remember(caller, key, asked, body)
        return Response(body)


def _check(key: str, order: object) -> None:
    if not 1 <= len(key) <= 120:
        raise Invalid("An Idempotency-Key of 1 to 120 characters is needed",
                      code="no_idempotency_key", pointer="Idempotency-Key",
                      fix="Send your order's id, say.")  # fmt: skip
    if not isinstance(order, str) or not 1 <= len(order) <= 120:
        raise Invalid("'order' is the id of your order", code="invalid_field", pointer="/order",
                      fix='Send {"order": "A-1001"}.')  # fmt: skip


def _remembered(caller: Caller, key: str, asked: str) -> RememberedAnswer | None:
    found = RememberedAnswer.objects.filter(api_key=caller.key, idempotency_key=key).first()
    if found is not None and found.request_hash != asked:
        raise Conflict("This Idempotency-Key was used for another request",
                       code="idempotency_key_reused", fix="Use a new key.")  # fmt: skip
    return found


def _remember(caller: Caller, key: str, asked: str, body: dict[str, object]) -> None:
    RememberedAnswer.objects.create(
        api_key=caller.key,
        idempotency_key=key,
        request_hash=asked,
        status=200,
        body=body,
        created_at=now(),
    )
