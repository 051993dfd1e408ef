"""That a person be forgotten: asked by the host's server, done by a worker."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketing.api.keys import KeyAuthentication, require_server
from marketing.api.shapes import ErasureShape, ProblemShape
from marketing.api.throttles import CallerThrottle
from marketing.people.erasing import ask, find
from marketing.people.models import Erasure

_PROBLEMS = {401: ProblemShape, 403: ProblemShape, 404: ProblemShape, 429: ProblemShape}


class ErasureView(APIView):
    authentication_classes = [KeyAuthentication]
    throttle_classes = [CallerThrottle]

    @extend_schema(
        request=None,
        responses={200: ErasureShape, 202: ErasureShape, **_PROBLEMS},
        operation_id="erase_person",
        tags=["people"],
    )
    def post(self, request: Request, external_id: str) -> Response:
        """202 and where to look; asked again, the same erasure. It cannot be undone."""
        caller = require_server(request)
        row = ask(external_id, datetime.now(UTC), f"API key {caller.key.public_id}")
        waits = row.state == Erasure.State.WAITING
        where = f"/api/v1/people/{quote(external_id, safe='')}/erasure"
        return Response(_said(row), 202 if waits else 200, headers={"Location": where})

    @extend_schema(
        responses={200: ErasureShape, **_PROBLEMS}, operation_id="erasure", tags=["people"]
    )
    def get(self, request: Request, external_id: str) -> Response:
        """How far it is, and what went."""
        require_server(request)
        return Response(_said(find(external_id)))


def _said(row: Erasure) -> dict[str, object]:
    names = ("asked_at", "done_at", "progress", "counts")
    return {"status": row.state, **{name: getattr(row, name) for name in names}}
