"""The shapes of answers, for OpenAPI."""

from __future__ import annotations

from rest_framework import serializers as s


class RejectionShape(s.Serializer[object]):
    index = s.IntegerField(help_text="Position in the batch.")
    code = s.CharField()
    pointer = s.CharField(help_text="JSON pointer to the field.")
    fix = s.CharField(help_text="What to do.")


class TakenShape(s.Serializer[object]):
    accepted = s.IntegerField()
    duplicates = s.IntegerField(help_text="Known message ids; no error.")
    rejected = RejectionShape(many=True)


class MessageShape(s.Serializer[object]):
    """One message of the Segment dialect; unknown fields are kept."""

    type = s.ChoiceField(["track", "identify", "page", "screen", "alias", "group"], required=False)
    messageId = s.CharField(required=False, max_length=100)
    userId = s.CharField(required=False, max_length=250)
    anonymousId = s.CharField(required=False, max_length=250)
    event = s.CharField(required=False, max_length=120, help_text="For track.")
    timestamp = s.DateTimeField(required=False)
    properties = s.DictField(required=False)
    traits = s.DictField(required=False, help_text="For identify.")
    context = s.DictField(required=False)  # type: ignore[assignment]  # the dialect's name


class BatchShape(s.Serializer[object]):
    batch = MessageShape(many=True)


class ProblemShape(s.Serializer[object]):
    """RFC 9457."""

    type = s.CharField()
    title = s.CharField()
    status = s.IntegerField()
    code = s.CharField()
    pointer = s.CharField(required=False)
    fix = s.CharField(required=False)


class BecauseShape(s.Serializer[object]):
    content = s.CharField()
    title = s.CharField()
    share = s.FloatField(help_text="Exact part of the score.")


class RecommendationShape(s.Serializer[object]):
    content = s.CharField()
    title = s.CharField()
    price_cents = s.IntegerField()
    currency = s.CharField()
    score = s.FloatField(help_text="Orders; is no probability.")
    because = BecauseShape(allow_null=True)


class RecommendationsShape(s.Serializer[object]):
    recommendations = RecommendationShape(many=True)


class CouponShape(s.Serializer[object]):
    code = s.CharField()
    value_cents = s.IntegerField()
    currency = s.CharField()
    expires_at = s.DateTimeField()
    redeemed_at = s.DateTimeField(allow_null=True)


class SlotShape(s.Serializer[object]):
    placement = s.CharField()
    decision = s.CharField(allow_null=True, help_text="Token for GET /api/v1/decisions/{token}.")
    variant = s.CharField()
    title = s.CharField(allow_null=True, help_text="null: show nothing.")
    body = s.CharField(allow_null=True)
    content = s.CharField(allow_null=True)
    url = s.CharField(allow_null=True)


class OffersShape(s.Serializer[object]):
    coupons = CouponShape(many=True)
    slot = SlotShape(allow_null=True)


class CardShape(s.Serializer[object]):
    id = s.IntegerField()
    title = s.CharField()
    body = s.CharField()
    content = s.CharField()
    coupon_code = s.CharField()
    created_at = s.DateTimeField()


class InboxShape(s.Serializer[object]):
    cards = CardShape(many=True)
    next_before = s.IntegerField(allow_null=True, help_text="Pass as ?before= for the next page.")


class RedeemShape(s.Serializer[object]):
    order = s.CharField(max_length=120, help_text="Your order's id.")


class ErasureShape(s.Serializer[object]):
    state = s.ChoiceField(["waiting", "done"])
    asked_at = s.DateTimeField()
    done_at = s.DateTimeField(allow_null=True)
    counts = s.DictField(child=s.IntegerField(), help_text="What went, by kind; empty till done.")


class ReasonShape(s.Serializer[object]):
    sentence = s.CharField()
    holds = s.BooleanField()
    seen = s.JSONField(allow_null=True, help_text="null: missing.")


class DecisionShape(s.Serializer[object]):
    id = s.IntegerField()
    token = s.UUIDField()
    campaign = s.CharField()
    person = s.CharField()
    occasion = s.CharField()
    decided_at = s.DateTimeField()
    outcome = s.CharField()
    said = s.CharField(help_text="The outcome in words.")
    variant = s.CharField()
    inputs = s.DictField(help_text="What the rule read, by column.")
    reasons = ReasonShape(many=True)
    personas_version = s.CharField()
