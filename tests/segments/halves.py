"""Publications and their readers on connections of their own; as a program it prints what was seen.

Two segments that are each other's complement are published together, over and over. A reader that
saw half of a publication would find somebody in both, or in neither.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

if __name__ == "__main__":
    import django

    django.setup()

from django.db import connections, transaction

from marketing.kernel.errors import Unavailable
from segments.analysing.past import past
from segments.models import SegmentDay, SegmentVersion
from segments.queries import newest_versions
from segments.services import refresh
from tests.segments.crowd import NOW, crowd, inside, more_than, segment

OLD, NEW, ALL = {1, 2, 3}, {3, 4, 5, 6}, set(range(1, 9))
READS = 25


def publish(people: set[int], minutes: int = 0) -> None:
    at = NOW + timedelta(minutes=minutes)
    orders = [int(i in people) for i in sorted(ALL)]
    refresh(replace(crowd({"orders": orders}), as_of=at), at)


def begin() -> None:
    segment("buyers", more_than(0))
    segment("others", {"not": inside("buyers")})
    publish(OLD)


def pair() -> list[list[int]]:
    found = newest_versions()
    return [sorted(found[key].members) for key in ("buyers", "others")]


def rolled_back() -> dict[str, object]:
    """What the publisher, another connection and, afterwards, everybody sees."""

    class Undone(Exception):
        pass

    found: dict[str, object] = {}
    try:
        with transaction.atomic():
            publish(NEW, 1)
            found["publisher"] = pair()
            found["elsewhere"] = elsewhere(pair)
            raise Undone
    except Undone:
        found["afterwards"] = pair()
    found["versions"], found["days"] = SegmentVersion.objects.count(), SegmentDay.objects.count()
    return found


def elsewhere(look: Callable[[], Any]) -> Any:
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(look())
        finally:
            connections.close_all()

    reader = threading.Thread(target=run)
    reader.start()
    reader.join(20)
    return found[0]


def watched() -> dict[str, object]:
    """How often a reader looked while publications went on, and what it saw wrong."""
    wrong: list[str] = []
    both: set[str] = set()
    seen = {"reads": 0}
    buyers = newest_versions()["buyers"].segment
    is_enough = threading.Event()

    def look() -> None:
        try:
            while seen["reads"] < READS or len(both) < 2:
                members = [set(each) for each in pair()]
                try:
                    found = past(buyers, NOW.date(), 1)
                except Unavailable:
                    continue  # publications came too thick: refused, and still not half
                both.add(str(sorted(members[0])))
                if members[0] not in (OLD, NEW) or members[1] != ALL - members[0]:
                    wrong.append(f"members {members}")
                # The day's size and its people are read apart, and are still of one moment.
                if found is None or found.days[-1].size != found.stays.unknown_start:
                    wrong.append(f"history {found}")
                seen["reads"] += 1
        except Exception as error:
            wrong.append(repr(error))
        finally:
            is_enough.set()
            connections.close_all()

    reader = threading.Thread(target=look)
    reader.start()
    for minute in range(1, 600):
        if is_enough.is_set():
            break
        publish(NEW if minute % 2 else OLD, minute)
    reader.join(20)
    return {"wrong": wrong, "enough": is_enough.is_set(), "versions_seen": sorted(both)}


def main() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    begin()
    sys.stdout.write(json.dumps({"rolled_back": rolled_back(), "watched": watched()}))


if __name__ == "__main__":
    main()
