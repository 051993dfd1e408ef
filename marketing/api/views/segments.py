"""What operators' servers ask of segments: which there are, who is inside, since when and why."""

from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketing.api import segment_shapes as shapes
from marketing.api.asking import number, spoken
from marketing.api.keys import KeyAuthentication, require_server
from marketing.api.shapes import ProblemShape
from marketing.api.throttles import CallerThrottle
from marketing.kernel.errors import Conflict, MarketingError
from marketing.kernel.text import Language
from marketing.people.queries import by_external_id
from marketing.personas import queries as personas_queries
from marketing.workspace.queries import now, workspace
from segments.analysing.freshness import Fresh, Freshness
from segments.analysing.members import page
from segments.analysing.past import past
from segments.analysing.standing import standing
from segments.analysing.steady import by_key
from segments.models import Segment, SegmentVersion
from segments.queries import newest_of, sentence

PROBLEMS = dict.fromkeys((400, 401, 403, 404, 409, 503), ProblemShape)
_AFTER = OpenApiParameter("after", str, description="The 'next_after' of the page before.")
MOST_DAYS = 366


class ServerView(APIView):
    """The host's server alone may ask."""

    authentication_classes = [KeyAuthentication]
    throttle_classes = [CallerThrottle]

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        require_server(request)


class SegmentsView(ServerView):
    @extend_schema(
        responses={200: shapes.SegmentsShape, **PROBLEMS},
        parameters=[_AFTER, OpenApiParameter("limit", int, description="1 to 200, 50 if left out")],
        operation_id="segments", tags=["segments"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """All segments by key, with size and freshness."""
        limit = number(request, "limit", 50, 1, 200)
        after = request.query_params.get("after", "").replace("\x00", "")
        rows = list(Segment.objects.filter(key__gt=after).order_by("key")[: limit + 1])
        shown = rows[:limit]
        versions, fresh = newest_of(shown), Freshness(now())
        language = spoken(request)
        return Response({
            "segments": [_row(each, versions.get(each.pk), fresh, language) for each in shown],
            "next_after": shown[-1].key if len(rows) > limit else None,
        })  # fmt: skip


class SegmentView(ServerView):
    @extend_schema(
        responses={200: shapes.OneSegmentShape, **PROBLEMS},
        operation_id="segment", tags=["segments"],
    )  # fmt: skip
    def get(self, request: Request, key: str) -> Response:
        """One segment: its condition, and per trait that decides it what a rebuild found."""
        segment = by_key(key)
        version, fresh = newest_of([segment]).get(segment.pk), Freshness(now())
        found = fresh.of(version, key)
        return Response({
            **_row(segment, version, fresh, spoken(request)),
            "sentence": _said(segment, spoken(request)),
            "condition": segment.condition,
            "problem": segment.problem,
            "compared_people": found.compared_people if found else None,
            "differences": _differences(found),
        })  # fmt: skip


class MembersView(ServerView):
    @extend_schema(
        responses={200: shapes.MembersShape, **PROBLEMS},
        parameters=[
            _AFTER, OpenApiParameter("limit", int, description="1 to 1000, 100 if left out")
        ],
        operation_id="segment_members", tags=["segments"],
    )  # fmt: skip
    def get(self, request: Request, key: str) -> Response:
        """Who is inside. All pages of a walk are of the version that its first page was of."""
        segment, limit = by_key(key), number(request, "limit", 100, 1, 1_000)
        found = page(segment, request.query_params.get("after", ""), limit)
        return Response({
            "segment": segment.key,
            "version": found.version.pk,
            "as_of": found.version.as_of,
            "size": found.version.size,
            "members": found.names,
            "next_after": found.next_after,
        })  # fmt: skip


class HistoryView(ServerView):
    @extend_schema(
        responses={200: shapes.HistoryShape, **PROBLEMS},
        parameters=[OpenApiParameter("days", int, description="1 to 366, 90 if left out")],
        operation_id="segment_history", tags=["segments"],
    )  # fmt: skip
    def get(self, request: Request, key: str) -> Response:
        """Size, entries and exits by local day, and how long people stay."""
        segment, n_days = by_key(key), number(request, "days", 90, 1, MOST_DAYS)
        found = past(segment, now().astimezone(workspace().zone).date(), n_days)
        if found is None:
            raise Conflict(f"Segment '{key}' is not refreshed yet", code="not_refreshed",
                           fix="Wait for the next refresh.")  # fmt: skip
        curve = [{"days": days, "share": share} for days, share in found.stays.curve]
        return Response({
            "segment": key,
            "days": [asdict(day) for day in found.days],
            "stays": {**asdict(found.stays), "curve": curve},
        })  # fmt: skip


class StandingView(ServerView):
    @extend_schema(
        responses={200: shapes.StandingShape, **PROBLEMS},
        operation_id="segment_person", tags=["segments"],
    )  # fmt: skip
    def get(self, request: Request, key: str, external_id: str) -> Response:
        """Is this person inside, since when, and which parts of the condition hold."""
        segment, person = by_key(key), by_external_id(external_id)
        personas = personas_queries.current()
        found = standing(segment, personas, person.pk, spoken(request))
        return Response({
            "segment": key,
            "person": external_id,
            "inside": found.inside,
            "since": found.since,
            "holds": found.holds,
            "as_of": personas.as_of,
            "reasons": [asdict(leaf) for leaf in found.leaves],
        })  # fmt: skip


def _row(
    segment: Segment, version: SegmentVersion | None, fresh: Freshness, language: Language
) -> dict[str, object]:
    found = fresh.of(version, segment.key)
    return {
        "key": segment.key,
        "name": segment.label.say(language),
        "family": segment.family,
        "active": segment.active,
        "size": version.size if version else None,
        "as_of": found.as_of if found else None,
        "checked_at": version.checked_at if version else None,
        "events_waiting": found.waiting if found else None,
        "lag_seconds": found.lag_s if found else None,
        "last_difference": found.difference if found else None,
        "compared_at": found.compared_at if found else None,
    }


def _differences(found: Fresh | None) -> list[dict[str, object]] | None:
    if found is None or found.differences is None:
        return None
    return [{"trait": name, "people": people} for name, people in found.differences.items()]


def _said(segment: Segment, language: Language) -> str:
    """Empty where what is stored does not parse; ``problem`` says why."""
    try:
        return sentence(segment, language)
    except MarketingError:
        return ""
