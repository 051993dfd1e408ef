"""Events in, the Segment dialect."""

from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketing.api.keys import KeyAuthentication, require_write
from marketing.api.shapes import BatchShape, MessageShape, ProblemShape, TakenShape
from marketing.events.intake import Taken, accept
from marketing.kernel.errors import Invalid, TooLarge
from marketing.workspace.queries import now

MOST_EVENTS = 1_000
_ANSWERS = {200: TakenShape, 400: ProblemShape, 401: ProblemShape, 413: ProblemShape,
            503: ProblemShape}  # fmt: skip


class BatchView(APIView):
    """Each event stands alone: 200 says what became of every one of them."""

    authentication_classes = [KeyAuthentication]

    @extend_schema(request=BatchShape, responses=_ANSWERS, operation_id="batch", tags=["events"])
    def post(self, request: Request) -> Response:
        require_write(request)
        body = request.data
        batch = body.get("batch") if isinstance(body, dict) else None
        if not isinstance(batch, list):
            raise Invalid("A batch has a list 'batch'", code="not_a_batch", pointer="/batch",
                          fix='Send {"batch": [ … ]}.')  # fmt: skip
        if len(batch) > MOST_EVENTS:
            raise TooLarge(f"More than {MOST_EVENTS} events", code="too_many_events",
                           pointer="/batch", fix="Send smaller batches.")  # fmt: skip
        return _answer(accept(batch, now()))


class MessageView(APIView):
    """One message; its type is in the path."""

    authentication_classes = [KeyAuthentication]

    @extend_schema(
        request=MessageShape,
        responses=_ANSWERS,
        operation_id="message",
        tags=["events"],
        parameters=[
            OpenApiParameter(
                "kind", str, "path", enum=["track", "identify", "page", "screen", "alias", "group"]
            )
        ],
    )
    def post(self, request: Request, kind: str) -> Response:
        require_write(request)
        taken = accept([request.data], now(), kind=kind)
        if taken.rejected:
            why = taken.rejected[0]
            raise Invalid("The event was rejected", code=why.code, pointer=why.pointer, fix=why.fix)
        return _answer(taken)


def _answer(taken: Taken) -> Response:
    return Response(asdict(taken))
