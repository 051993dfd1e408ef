"""The shapes of answers about segments, for OpenAPI."""

from __future__ import annotations

from rest_framework import serializers as s

from marketing.api.shapes import ReasonShape


class SegmentShape(s.Serializer[object]):
    key = s.CharField()
    name = s.CharField(help_text="In the language of Accept-Language.")
    family = s.CharField()
    active = s.BooleanField(help_text="An inactive one stays as it was refreshed last.")
    size = s.IntegerField(allow_null=True, help_text="null: not refreshed yet.")
    as_of = s.DateTimeField(allow_null=True, help_text="Members are as of this moment.")
    checked_at = s.DateTimeField(allow_null=True, help_text="When it was refreshed last.")
    events_waiting = s.IntegerField(
        allow_null=True, help_text="Events that came and are not in it yet."
    )
    lag_seconds = s.FloatField(
        allow_null=True, help_text="How old the oldest of them is; 0: none waits."
    )
    last_difference = s.IntegerField(
        allow_null=True,
        help_text="What the last rebuild from all events found otherwise in the traits that "
        "decide the segment: expected 0; null: not compared yet.",
    )
    compared_at = s.DateTimeField(allow_null=True, help_text="When that was.")


class SegmentsShape(s.Serializer[object]):
    segments = SegmentShape(many=True)
    next_after = s.CharField(allow_null=True, help_text="Pass as ?after= for the next page.")


class DifferenceShape(s.Serializer[object]):
    trait = s.CharField()
    people = s.IntegerField(help_text="Of whom the rebuild found another value; expected 0.")


class OneSegmentShape(SegmentShape):
    sentence = s.CharField(help_text="The condition in words.")
    condition = s.JSONField(allow_null=True, help_text="See the condition language.")
    problem = s.CharField(help_text="Why the newest refresh could not evaluate it; empty: it did.")
    compared_people = s.IntegerField(allow_null=True)
    differences = DifferenceShape(many=True, allow_null=True)


class MembersShape(s.Serializer[object]):
    segment = s.CharField()
    version = s.IntegerField(help_text="All pages of one walk are of this version.")
    as_of = s.DateTimeField(help_text="When that version was made.")
    size = s.IntegerField()
    members = s.ListField(child=s.CharField(), help_text="Your ids, in the order people came.")
    next_after = s.CharField(allow_null=True, help_text="Pass as ?after= for the next page.")


class SegmentDayShape(s.Serializer[object]):
    day = s.DateField(help_text="A local day of the workspace.")
    size = s.IntegerField(help_text="At its end.")
    entered = s.IntegerField(help_text="In its course; who left again counts too.")
    left = s.IntegerField()


class CurvePointShape(s.Serializer[object]):
    days = s.FloatField()
    share = s.FloatField(help_text="Of those who entered, still inside after so many days.")


class StaysShape(s.Serializer[object]):
    median_days = s.FloatField(
        allow_null=True, help_text="null: more than half of those who entered are still inside."
    )
    longer_than_days = s.FloatField(allow_null=True, help_text="Then: how far what is known goes.")
    ended = s.IntegerField()
    open = s.IntegerField()
    unknown_start = s.IntegerField(help_text="Inside on the first day; left out.")
    curve = CurvePointShape(many=True, help_text="Kaplan-Meier.")


class HistoryShape(s.Serializer[object]):
    segment = s.CharField()
    days = SegmentDayShape(many=True)
    stays = StaysShape()


class StandingShape(s.Serializer[object]):
    segment = s.CharField()
    person = s.CharField()
    inside = s.BooleanField(allow_null=True, help_text="null: the segment is not refreshed yet.")
    since = s.DateField(allow_null=True, help_text="The local day of the last entry.")
    holds = s.BooleanField(
        help_text="Whether the condition does at this moment; where it differs from 'inside', "
        "the next refresh moves the person."
    )
    as_of = s.DateTimeField(help_text="Of the values seen.")
    reasons = ReasonShape(many=True, help_text="Every leaf of the condition.")


class SizeShape(s.Serializer[object]):
    segment = s.CharField()
    people = s.IntegerField()


class PairShape(s.Serializer[object]):
    a = s.CharField()
    b = s.CharField()
    both = s.IntegerField()
    jaccard = s.FloatField(allow_null=True, help_text="Of those in either, the share in both.")
    of_a = s.FloatField(allow_null=True, help_text="The share of a that is in b too.")
    of_b = s.FloatField(allow_null=True)
    lift = s.FloatField(allow_null=True, help_text="1: as many share both as by chance.")


class PartShape(s.Serializer[object]):
    inside = s.ListField(child=s.CharField(), help_text="In all of these and in none of the rest.")
    people = s.IntegerField()


class OverlapShape(s.Serializer[object]):
    as_of = s.DateTimeField()
    people = s.IntegerField(help_text="Everybody.")
    sizes = SizeShape(many=True)
    pairs = PairShape(many=True)
    parts = PartShape(many=True, allow_null=True, help_text="null: of more than six segments.")


class CellShape(s.Serializer[object]):
    recency = s.IntegerField(help_text="1 to 5; 5: lately.")
    frequency = s.IntegerField(help_text="1 to 5; 5: often.")
    region = s.CharField()
    people = s.IntegerField()
    share = s.FloatField(allow_null=True)
    median_cents = s.FloatField(allow_null=True)


class RegionShape(s.Serializer[object]):
    key = s.CharField()
    name = s.CharField()
    people = s.IntegerField()
    share = s.FloatField(allow_null=True)
    median_cents = s.FloatField(allow_null=True)
    money_share = s.FloatField(allow_null=True, help_text="Of all money spent.")
    condition = s.JSONField(help_text="Whose people these are; a segment can be made of it.")


class RfmShape(s.Serializer[object]):
    as_of = s.DateTimeField()
    currency = s.CharField()
    people = s.IntegerField(help_text="In the grid: who has ever bought.")
    without = s.IntegerField(help_text="Who has not.")
    cells = CellShape(many=True)
    regions = RegionShape(many=True)


class StageShape(s.Serializer[object]):
    key = s.CharField()
    name = s.CharField()
    people = s.IntegerField(help_text="At the end of the last day.")


class MoveShape(s.Serializer[object]):
    from_stage = s.CharField(help_text="A stage at the end of the first day; empty: new since.")
    to_stage = s.CharField(help_text="A stage at the end of the last day; empty: in none any more.")
    people = s.IntegerField()
    rate = s.FloatField(allow_null=True, help_text="Of the people in 'from_stage'.")
    low = s.FloatField(allow_null=True, help_text="The bounds at 95 % (Wilson).")
    high = s.FloatField(allow_null=True)


class TransitionsShape(s.Serializer[object]):
    first_day = s.DateField(help_text="Earlier days are not known.")
    since = s.DateField()
    until = s.DateField()
    stages = StageShape(many=True)
    moves = MoveShape(many=True)
