"""Lists of people from outside: replaced, added to, taken from, by the ids that the host uses.

Each verb publishes at once: campaigns on entering see who is new. Unknown ids are counted and kept
out: a list makes nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec
from pyroaring import BitMap

from marketing.kernel.errors import Conflict, Invalid, TooLarge
from marketing.kernel.text import Text
from marketing.people.queries import ordinals_by_external_id
from marketing.workspace.asked import Progress, work_off
from segments import services
from segments.models import ListChange, Segment
from segments.models.list_change import packed
from segments.origins import Origin

Verb = ListChange.Verb
SAID = Text("On a list that was given from outside", "在外部提供的名单中")
# More in one change is refused: a list of everybody is no list.
MOST_IDS = 1_000_000
_CHUNK = 20_000


@dataclass(frozen=True)
class Changed:
    """``given``: different ids; ``unknown`` of them nobody has. ``size``, ``entered``, ``left``:
    of the segment's new version.
    """

    given: int
    unknown: int
    size: int
    entered: int
    left: int


def replace(
    segment: Segment, ids: Iterable[str], now: datetime, progress: Progress = lambda share: None
) -> Changed:
    """These people and nobody else."""
    return _change(segment, ids, now, progress, lambda before, these: these)


def add(
    segment: Segment, ids: Iterable[str], now: datetime, progress: Progress = lambda share: None
) -> Changed:
    """These people too."""
    return _change(segment, ids, now, progress, lambda before, these: before | these)


def remove(
    segment: Segment, ids: Iterable[str], now: datetime, progress: Progress = lambda share: None
) -> Changed:
    """Not these people."""
    return _change(segment, ids, now, progress, lambda before, these: before - these)


VERBS = {Verb.REPLACE: replace, Verb.ADD: add, Verb.REMOVE: remove}


def create(key: str, name: Text) -> Segment:
    """An empty list; its first change makes its first version."""
    origin = msgspec.to_builtins(Origin(said=SAID))
    return Segment.objects.create(
        key=key, name=name.en, name_zh=name.zh, kind=Segment.Kind.IMPORTED, origin=origin
    )


def ask(
    segment: Segment, verb: str, ids: Iterable[str], at: datetime, by: str = "", source: str = ""
) -> ListChange:
    """A change that a worker makes. Raises TooLarge beyond a million ids, Invalid without any."""
    different = require(ids)
    return ListChange.objects.create(
        segment=segment, verb=verb, ids_blob=packed(different), given=len(different),
        asked_at=at, asked_by=by, source=source[:120],
    )  # fmt: skip


def require(ids: Iterable[str]) -> list[str]:
    """The different ids. Raises TooLarge beyond a million, Invalid without any."""
    different = cleaned(ids)
    if len(different) > MOST_IDS:
        raise TooLarge(f"More than {MOST_IDS:,} ids", code="too_many_ids", pointer="/ids",
                       fix="Split the list, or write a rule.")  # fmt: skip
    if not different:
        raise Invalid("There is no id in it", code="no_ids", pointer="/ids",
                      fix="Give one id a line.")  # fmt: skip
    return different


def change_next(now: datetime, at: datetime) -> int:
    """Make the change that waits longest; how many: 0 or 1. ``at``: the real moment, of leases.

    The ids are kept only while they wait, also where the change could not be made.
    """
    done = work_off(ListChange, lambda row, progress: _work(row, now, progress), at)
    if done:
        over = ListChange.objects.exclude(state=ListChange.State.WAITING)
        over.exclude(ids_blob=b"").update(ids_blob=b"")
    return done


def cleaned(ids: Iterable[str]) -> list[str]:
    """Different ids in their order, without blanks and line breaks around them."""
    return list(dict.fromkeys(each for raw in ids if (each := raw.strip())))


def _work(row: ListChange, now: datetime, progress: Progress) -> None:
    found = VERBS[Verb(row.verb)](row.segment, row.ids, now, progress)
    ListChange.objects.filter(pk=row.pk).update(
        unknown=found.unknown, entered=found.entered, left=found.left, ids_blob=b""
    )


def _change(
    segment: Segment, ids: Iterable[str], now: datetime, progress: Progress,
    united: Callable[[BitMap, BitMap], BitMap],
) -> Changed:  # fmt: skip
    if segment.kind != Segment.Kind.IMPORTED:
        raise Conflict(f"Segment “{segment.key}” is no list", code="not_a_list",
                       fix="Make a list of its own.")  # fmt: skip
    given = cleaned(ids)
    these, known = BitMap(), 0
    for start in range(0, len(given), _CHUNK):
        progress(start / len(given))
        found = ordinals_by_external_id(given[start : start + _CHUNK])
        these.update(found.values())
        known += len(found)
    moved = services.publish_people(segment, lambda before: united(before, these), now)
    return Changed(len(given), len(given) - known, moved.size, moved.entered, moved.left)
