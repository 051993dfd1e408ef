"""Why somebody did or did not get something."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns.models import Decision
from campaigns.queries import decision_reasons, outcome_text
from marketing.api.keys import KeyAuthentication, caller_of, require_server
from marketing.api.shapes import DecisionShape, ProblemShape
from marketing.api.throttles import CallerThrottle
from marketing.kernel.errors import NotFound
from marketing.kernel.text import Language
from marketing.people.queries import by_external_id


class DecisionView(APIView):
    authentication_classes = [KeyAuthentication]
    throttle_classes = [CallerThrottle]

    @extend_schema(
        responses={200: DecisionShape, 401: ProblemShape, 403: ProblemShape, 404: ProblemShape},
        tags=["decisions"],
    )
    def get(self, request: Request, name: str) -> Response:
        """By id or token with a server key; by token of one's own with a person's."""
        decision = _find(name)
        caller = caller_of(request)
        if not caller.person:
            require_server(request)
        if decision is None or (caller.person and not _is_theirs(decision, caller.person)):
            raise NotFound("There is no such decision", code="unknown_decision")
        zh = request.headers.get("Accept-Language", "").lower().startswith("zh")
        return Response(_json(decision, "zh" if zh else "en"))


def _is_theirs(decision: Decision, user_id: str) -> bool:
    """By identity and not by letters: an anonymous id may look like somebody's user id."""
    try:
        person = by_external_id(user_id)
    except NotFound:
        return False
    return person.pk in (decision.person_id, decision.person.merged_into_id)


def _find(name: str) -> Decision | None:
    decisions = Decision.objects.select_related("person", "campaign")
    if name.isascii() and name.isdigit() and len(name) < 19:
        return decisions.filter(pk=int(name)).first()
    try:
        return decisions.filter(token=uuid.UUID(name)).first()
    except ValueError:
        return None


def _json(decision: Decision, language: Language) -> dict[str, object]:
    names = ("token", "occasion", "decided_at", "outcome", "variant", "inputs", "personas_version")
    return {
        "id": decision.pk,
        "campaign": decision.campaign.key,
        "person": decision.person.external_id,
        **{name: getattr(decision, name) for name in names},
        "said": outcome_text(decision.outcome, language),
        "reasons": [
            {"sentence": each.sentence, "holds": each.holds, "seen": each.seen}
            for each in decision_reasons(decision, language)
        ],
    }
