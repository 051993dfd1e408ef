"""A segment over time, how fresh it is, and why somebody is or is not in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketing.conditions.types import Ref
from marketing.kernel.errors import MarketingError, NotFound
from marketing.people.models import Identity, Person
from marketing.people.queries import by_external_id
from marketing.personas import queries as personas_queries
from marketing.studio import charts
from marketing.studio.charts import Chart
from marketing.studio.shell import explained, said
from marketing.studio.templatetags.humanize_numbers import duration
from marketing.workspace.language import language
from marketing.workspace.queries import now, workspace
from segments.analysing.freshness import Fresh, Freshness
from segments.analysing.past import Past, past
from segments.analysing.standing import Standing, standing
from segments.analysis.stays import Stays
from segments.models import Segment
from segments.queries import labeller, newest_of, newest_versions

_DAYS = 90
_CURVE_POINTS = 90


def context(segment: Segment) -> dict[str, Any]:
    """What stands below a segment's form beside who is inside."""
    moment = now()
    shared = Freshness(moment)
    fresh = shared.of(newest_of([segment]).get(segment.pk), segment.key)
    label = labeller()
    differences = fresh.differences if fresh else None
    today = moment.astimezone(workspace().zone).date()
    return {
        "freshness": fresh,
        "differing": _differing(fresh) if fresh else "",
        "differences": None if differences is None else [
            (label(Ref("trait", name), language()), people) for name, people in differences.items()
        ],
        "why_url": reverse("admin:segments_segment_why", args=[segment.pk]),
        **_over_time(past(segment, today, _DAYS)),
    }  # fmt: skip


def in_short(fresh: Fresh) -> str:
    """Lag and differences in a line, for a list."""
    lag = _("lag %s") % duration(fresh.lag_s) if fresh.waiting else _("no lag")
    return lag if fresh.difference is None else f"{lag} · {_differing(fresh)}"


def _differing(fresh: Fresh) -> str:
    n = fresh.difference or 0
    return ngettext("%(n)s difference", "%(n)s differences", n) % {"n": f"{n:,}"}


def _over_time(found: Past | None) -> dict[str, Any]:
    if found is None:
        return {}
    days = [each.day.isoformat() for each in found.days]
    return {
        "sizes": charts.line(days, {_("People at the end of the day"): [
            each.size for each in found.days
        ]}),
        # The first day's entries are everybody: they would flatten all others.
        "moved": {"height": 180, **charts.bars(days[1:], {
            _("Entered"): [each.entered for each in found.days[1:]],
            _("Left that day"): [-each.left for each in found.days[1:]],
        })},
        "stays": found.stays,
        "curve": _curve(found.stays),
    }  # fmt: skip


def _curve(stays: Stays) -> Chart:
    """The share still inside after each whole day, as far as is known."""
    if not stays.curve:
        return charts.line([], {})
    last = int(stays.curve[-1][0])
    step = max(1, -(-last // _CURVE_POINTS))
    days = list(range(0, last + 1, step))
    shares, at, place = [], 1.0, 0
    for day in days:
        while place < len(stays.curve) and stays.curve[place][0] <= day:
            at = stays.curve[place][1]
            place += 1
        shares.append(at)
    chart = charts.line([str(day) for day in days], {_("Still inside"): shares})
    return {**chart, "unit": "percent", "step": True}


def why(segment: Segment, asked: str) -> dict[str, Any]:
    """Of the person whom the host calls so; a visitor's own id is understood too."""
    page: dict[str, Any] = {
        "title": _("Why: %s") % said(segment.label), "segment": segment,
        "segment_name": said(segment.label), "asked": asked,
    }  # fmt: skip
    if not asked:
        return page
    try:
        person = _person(asked)
        personas = personas_queries.current()
        found = standing(segment, personas, person.pk, language())
    except MarketingError as error:
        unknown = error.code == "unknown_person"
        return {**page, "problem": _("There is no such person.") if unknown else explained(error)}
    return {**page, "person": person, "as_of": personas.as_of, **_said(found)}


def _person(asked: str) -> Person:
    try:
        return by_external_id(asked)
    except NotFound:
        visitor = Identity.objects.filter(key=f"anon:{asked}").select_related("person")
        found = visitor.first() if "\x00" not in asked else None
        if found is None:
            raise
        return found.person


def _said(found: Standing) -> dict[str, Any]:
    return {
        "standing": found,
        "moves": found.inside is not None and found.inside != found.holds,
    }


@dataclass(frozen=True)
class Place:
    """A segment on a person's page."""

    segment: Segment
    name: str
    why_url: str


def places(person: Person) -> dict[str, list[Place]]:
    """All active segments: those that the person is in, and the others."""
    inside: list[Place] = []
    outside: list[Place] = []
    versions = newest_versions()
    for segment in Segment.objects.filter(active=True):
        version = versions.get(segment.key)
        if version is not None:
            url = reverse("admin:segments_segment_why", args=[segment.pk])
            side = inside if person.pk in version.members else outside
            side.append(Place(segment, said(segment.label), url))
    return {"inside": inside, "outside": outside}
