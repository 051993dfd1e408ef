"""What stands below a segment's form: sentence, size, some members."""

from __future__ import annotations

from typing import Any

from marketing.conditions.criteria import Label
from marketing.kernel.errors import MarketingError
from marketing.people.models import Person
from marketing.people.queries import count
from marketing.studio.shell import explained, said
from marketing.workspace.language import language
from segments.models import Segment
from segments.queries import sentence

_SAMPLE = 8


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
        "newest": newest,
        "share": newest.size / people if newest and people else None,
        "sample": list(Person.objects.filter(pk__in=members)),
    }
