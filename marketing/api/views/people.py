"""What the app shows one person: recommendations, offers, inbox."""

from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns.models import Coupon, InboxCard
from campaigns.placements import Slot, fill
from marketing.api.asking import number
from marketing.api.keys import KeyAuthentication, require_person
from marketing.api.shapes import InboxShape, OffersShape, ProblemShape, RecommendationsShape
from marketing.api.throttles import CallerThrottle
from marketing.kernel.errors import Invalid
from marketing.people.models import Person
from marketing.people.queries import by_external_id, ordinals_of
from marketing.workspace.queries import now, workspace
from recommender.queries import recommend

_PROBLEMS = {401: ProblemShape, 403: ProblemShape, 404: ProblemShape, 429: ProblemShape}
_LIMIT = OpenApiParameter("limit", int, description="1 to 50, 10 if left out.")


class PersonView(APIView):
    """A token of exactly this person."""

    authentication_classes = [KeyAuthentication]
    throttle_classes = [CallerThrottle]

    def person(self, request: Request, external_id: str) -> Person:
        require_person(request, external_id)
        return by_external_id(external_id)


class RecommendationsView(PersonView):
    @extend_schema(
        responses={200: RecommendationsShape, **_PROBLEMS}, parameters=[_LIMIT], tags=["people"]
    )
    def get(self, request: Request, external_id: str) -> Response:
        """The best next courses, with the earlier course that speaks most for each."""
        person = self.person(request, external_id)
        found = recommend(person.pk, number(request, "limit", 10, 1, 50))
        return Response({"recommendations": [asdict(each) for each in found]})


class OffersView(PersonView):
    @extend_schema(
        responses={200: OffersShape, **_PROBLEMS},
        parameters=[OpenApiParameter("placement", str, description="Also decide this placement.")],
        tags=["people"],
    )
    def get(self, request: Request, external_id: str) -> Response:
        """Coupons that can be used, and what a placement shows."""
        person = self.person(request, external_id)
        moment = now()
        coupons = Coupon.objects.filter(
            person_id__in=ordinals_of(person), redeemed_at=None, expires_at__gt=moment
        )
        placement = request.query_params.get("placement", "")[:50]
        if "\x00" in placement:
            raise Invalid("'placement' holds U+0000", code="bad_parameter", pointer="?placement",
                          fix="Send the placement's key, as home.")  # fmt: skip
        slot = fill(placement, person.pk, workspace(), moment) if placement else None
        return Response(
            {
                "coupons": [coupon_json(coupon) for coupon in coupons],
                "slot": slot_json(slot) if slot else None,
            }
        )


class InboxView(PersonView):
    @extend_schema(
        responses={200: InboxShape, **_PROBLEMS},
        parameters=[_LIMIT, OpenApiParameter("before", int, description="A card id.")],
        tags=["people"],
    )
    def get(self, request: Request, external_id: str) -> Response:
        """Cards, newest first."""
        person = self.person(request, external_id)
        limit = number(request, "limit", 10, 1, 50)
        cards = InboxCard.objects.filter(person_id__in=ordinals_of(person))
        if "before" in request.query_params:
            cards = cards.filter(id__lt=number(request, "before", 0, 0, 2**62))
        page = list(cards[: limit + 1])
        more = len(page) > limit
        return Response(
            {
                "cards": [_card_json(card) for card in page[:limit]],
                "next_before": page[limit - 1].pk if more else None,
            }
        )


def coupon_json(coupon: Coupon) -> dict[str, object]:
    return {
        "code": coupon.code,
        "value_cents": coupon.value_cents,
        "currency": coupon.currency,
        "expires_at": coupon.expires_at,
        "redeemed_at": coupon.redeemed_at,
    }


def slot_json(slot: Slot) -> dict[str, object]:
    message = slot.message
    return {
        "placement": slot.placement,
        "decision": slot.token,
        "variant": slot.variant,
        "title": message.title if message else None,
        "body": message.body if message else None,
        "content": message.content if message else None,
        "url": message.url if message else None,
    }


def _card_json(card: InboxCard) -> dict[str, object]:
    names = ("title", "body", "content", "coupon_code", "created_at")
    return {"id": card.pk, **{name: getattr(card, name) for name in names}}
