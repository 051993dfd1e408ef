"""What stands below a segment's form: sentence, size, some members."""

from __future__ import annotations

from typing import Any

from marketing.conditions.criteria import Label
from marketing.kernel.errors import MarketingError, Unavailable
from marketing.people.models import Person
from marketing.people.queries import count
from marketing.studio.kinds.people_forms import ListChangeForm
from marketing.studio.shell import explained, said
from marketing.workspace.language import language
from segments.discovery.assigning import GONE
from segments.models import Learning, ListChange, Segment
from segments.queries import sentence

_SAMPLE = 8
_CHANGES = 10


def in_words(segment: Segment, label: Label | None = None) -> str:
    """The condition as a sentence; why there is none where what is stored does not parse."""
    try:
        return sentence(segment, language(), label)
    except MarketingError as error:
        return explained(error)


def context(segment: Segment) -> dict[str, Any]:
    newest = segment.versions.first()
    people = count()
    members = list(newest.members[:_SAMPLE]) if newest else []
    return {
        "title": said(segment.label),
        "sentence": in_words(segment),
        "problem": _problem(segment),
        "learning": segment.learning_id,
        **(list_context(segment) if segment.kind == Segment.Kind.IMPORTED else {}),
        "newest": newest,
        "share": newest.size / people if newest and people else None,
        "sample": list(Person.objects.filter(pk__in=members)),
    }


def _problem(segment: Segment) -> str:
    """Why the newest refresh could not evaluate it; in words where the studio has them."""
    if not segment.problem or segment.kind != Segment.Kind.LEARNED:
        return segment.problem
    if segment.group == GONE:
        return explained(Unavailable(code="group_gone"))
    is_kept = Learning.objects.filter(segments=segment, blob__isnull=False).exists()
    return segment.problem if is_kept else explained(Unavailable(code="learning_anew"))


def list_context(segment: Segment) -> dict[str, Any]:
    """The newest changes of a list, and whether one of them waits."""
    rows = ListChange.objects.filter(segment=segment).defer("ids_blob")
    changes = list(rows[:_CHANGES])
    return {
        "changes": changes,
        "is_changing": any(each.state == ListChange.State.WAITING for each in changes),
        "list_form": ListChangeForm(),
    }
