"""A person's erasure, asked for by the host's server; a worker does it."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketing.api.keys import KeyAuthentication, require_server
from marketing.api.shapes import ErasureShape, ProblemShape
from marketing.api.throttles import CallerThrottle
from marketing.people import erasures
from marketing.people.models import Erasure
from marketing.workspace.queries import now

_PROBLEMS = {401: ProblemShape, 403: ProblemShape, 404: ProblemShape, 429: ProblemShape}


class ErasureView(APIView):
    authentication_classes = [KeyAuthentication]
    throttle_classes = [CallerThrottle]

    @extend_schema(
        request=None, responses={202: ErasureShape, 200: ErasureShape, **_PROBLEMS},
        operation_id="erase_person", tags=["people"],
    )  # fmt: skip
    def post(self, request: Request, external_id: str) -> Response:
        """202: it will be done and cannot be undone. Asked again it is the same erasure."""
        caller = require_server(request)
        asked_by = f"API: {caller.key.name}"[:120]
        found = erasures.ask_by_name(external_id, now(), asked_by=asked_by)
        status = 200 if found.done_at else 202
        return Response(_json(found), status, headers={"Location": request.path})

    @extend_schema(
        responses={200: ErasureShape, **_PROBLEMS}, operation_id="erasure", tags=["people"]
    )
    def get(self, request: Request, external_id: str) -> Response:
        """Whether it is done, and how much went."""
        require_server(request)
        return Response(_json(erasures.find(external_id)))


def _json(erasure: Erasure) -> dict[str, object]:
    return {
        "state": "done" if erasure.done_at else "waiting",
        "asked_at": erasure.asked_at,
        "done_at": erasure.done_at,
        "counts": erasure.counts,
    }
