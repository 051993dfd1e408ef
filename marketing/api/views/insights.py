"""What operators' servers ask of people's behaviour: asked here, computed by a worker."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketing.api import insight_shapes as shapes
from marketing.api.keys import KeyAuthentication, require_server
from marketing.api.shapes import ProblemShape
from marketing.api.throttles import CallerThrottle
from marketing.workspace.queries import workspace
from recommender.asking import Asker, as_error, ask, find, parse
from recommender.insights import INSIGHTS, Insight
from recommender.models import InsightAnswer

POLL_AFTER_S = 1


class InsightsView(APIView):
    authentication_classes = [KeyAuthentication]
    throttle_classes = [CallerThrottle]

    @extend_schema(
        responses={(200, "application/json"): shapes.listed(), 401: ProblemShape,
                   403: ProblemShape},
        operation_id="insights", tags=["insights"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Every insight with the schema of its question."""
        require_server(request)
        zh = request.headers.get("Accept-Language", "").lower().startswith("zh")
        return Response({"insights": [_listed(name, zh=zh) for name in INSIGHTS]})


class AskView(APIView):
    authentication_classes = [KeyAuthentication]
    throttle_classes = [CallerThrottle]

    def post(self, request: Request, name: str) -> Response:
        """200 with a fresh answer; else 202, and the answer will be at ``poll``."""
        require_server(request)
        question = parse(name, request.data)
        space = workspace()
        return _response(ask(question, Asker(space.clock.now(), datetime.now(UTC), space.zone)))


class AnswerView(APIView):
    authentication_classes = [KeyAuthentication]
    throttle_classes = [CallerThrottle]

    def get(self, request: Request, name: str, asked: str) -> Response:
        """The newest answer, or how far it is. A refusal is the problem that stands in its way."""
        require_server(request)
        INSIGHTS.get(name)
        return _response(find(name, asked))


def addresses() -> list[URLPattern]:
    """Two for every member, with its own shapes; a name that is none says which there are."""
    found = [path("v1/insights", InsightsView.as_view())]
    for name in INSIGHTS:
        member = INSIGHTS.get(name)
        named = {"name": name}
        found.append(path(f"v1/insights/{name}", _ask(name, member).as_view(), named))
        found.append(
            path(f"v1/insights/{name}/<str:asked>", _answer(name, member).as_view(), named)
        )
    unknown: type[APIView] = type("UnknownInsightView", (AskView,), {})
    extend_schema_view(post=extend_schema(exclude=True))(unknown)
    return [*found, path("v1/insights/<str:name>", unknown.as_view())]


def _ask(name: str, member: type[Insight]) -> type[APIView]:
    said = extend_schema(
        request={"application/json": shapes.question(member)},
        responses=_answers(member), operation_id=f"ask_{name}", tags=["insights"],
    )  # fmt: skip
    view: type[APIView] = type(f"Ask{member.__name__}View", (AskView,), {})
    extend_schema_view(post=said)(view)
    return view


def _answer(name: str, member: type[Insight]) -> type[APIView]:
    said = extend_schema(
        responses=_answers(member), operation_id=f"answer_{name}", tags=["insights"]
    )
    view: type[APIView] = type(f"Answer{member.__name__}View", (AnswerView,), {})
    extend_schema_view(get=said)(view)
    return view


def _answers(member: type[Insight]) -> dict[object, object]:
    found: dict[object, object] = dict.fromkeys((400, 401, 403, 404, 409, 503), ProblemShape)
    found[200, "application/json"] = shapes.answered(member)
    found[202, "application/json"] = shapes.waiting()
    return found


def _response(row: InsightAnswer) -> Response:
    named = {"id": row.question_hash, "insight": row.insight}
    if row.state == InsightAnswer.State.WAITING:
        poll = f"/v1/insights/{row.insight}/{row.question_hash}"
        body = {**named, "status": "waiting", "progress": row.progress, "poll": poll}
        return Response(body, 202, headers={"Retry-After": str(POLL_AFTER_S), "Location": poll})
    if row.state != InsightAnswer.State.ANSWERED:
        raise as_error(row.problem or {})
    return Response(
        {
            **named,
            "status": "answered",
            "question": row.question,
            "answer": row.result,
            "as_of": row.as_of,
            "computed_at": row.computed_at,
        }
    )


def _listed(name: str, *, zh: bool) -> dict[str, object]:
    member = INSIGHTS.get(name)
    return {
        "name": name,
        "title": member.label.say("zh" if zh else "en"),
        "schema": msgspec.json.schema(member),
        "example": dict(member.example),
    }
