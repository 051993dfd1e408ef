"""Snapshots: who was inside a segment at one moment, kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import msgspec
from django.db import transaction

from marketing.kernel.errors import Conflict
from marketing.kernel.text import Text, both
from marketing.personas import queries as personas
from marketing.workspace.queries import workspace
from segments import publishing, queries, rosters
from segments.models import Segment
from segments.origins import Origin

_SAID = Text("Was in “{name}” on {moment}", "{moment}时属于“{name}”")
_NAMED = Text("{name}, {day}", "{name}（{day}）")


def named(segment: Segment, as_of: datetime) -> Text:
    """What a snapshot is called where nobody gives a name."""
    day = f"{as_of.astimezone(workspace().zone):%Y-%m-%d}"
    return both(lambda language: _NAMED.say(language, name=segment.label.say(language), day=day))


def take(segment: Segment, key: str, name: Text, now: datetime) -> Segment:
    """A segment of the members as they are now; they stay. Raises Conflict before a refresh."""
    newest = queries.newest_version(segment)
    if newest is None:
        raise Conflict("The segment has no members yet", code="not_refreshed",
                       fix="Wait for the next refresh.")  # fmt: skip
    moment = f"{newest.checked_at.astimezone(workspace().zone):%Y-%m-%d %H:%M}"
    said = both(lambda lang: _SAID.say(lang, name=segment.label.say(lang), moment=moment))
    with transaction.atomic():
        kept = Segment.objects.create(
            key=key, name=name.en, name_zh=name.zh, kind=Segment.Kind.SNAPSHOT,
            family=segment.family, origin=msgspec.to_builtins(Origin(said=said)),
        )  # fmt: skip
        kept.evaluated = kept.definition_hash
        kept.save(update_fields=["evaluated"])
        members = newest.members
        rosters.write(kept, members, now)
        as_now = replace(personas.current(), as_of=now)
        publishing.publish(publishing.Found(kept, None, members, None), as_now, now)
    return kept
