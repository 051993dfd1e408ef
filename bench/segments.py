"""What segments cost, and how fresh they are: `python -m bench.segments`.

Over a workspace of the asked size, in the product's own files and database: 50 conditions over
everybody (the one-thread target is 0.3 s for a million people), the difference of 50 memberships,
50 conditions for one person with the row gathered, and the time from an event's acceptance to its
person's traits, segments and transitions, at a sustained rate.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from pyroaring import BitMap
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench import portfolio, world
from marketing import pipeline
from marketing.events import intake
from marketing.events.log import LogRow
from marketing.kernel.text import Text
from marketing.people.models import Identity, Person
from marketing.personas import queries as personas_queries
from marketing.personas import services as personas_services
from marketing.personas.engines.duckdb import DuckDB
from marketing.personas.shipped import SHIPPED, NamedTrait
from marketing.personas.types import Personas
from marketing.workspace.models import Cursor, Workspace
from marketing.workspace.queries import cursor, workspace
from segments import services as segments
from segments.models import Segment, SegmentVersion

_CHUNK = 20_000
# name: (at most, unit); conditions are per million people.
BARS = {
    "50 conditions over everybody": (0.3, "CPU s a million people"),
    "difference of 50 memberships": (0.050, "CPU s"),
    "50 conditions for one person": (300e-6, "CPU s"),
    "event to persona and segments, p95": (2.0, "s"),
}


def prepare(people: int, events: int) -> world.World:
    """A workspace with these people, this warehouse, and the 50 segments."""
    call_command("migrate", verbosity=0)
    made = world.build(Path(settings.WAREHOUSE_URL), people, events)
    Workspace.objects.update_or_create(id=1, defaults={"time_zone": "UTC"})
    now = datetime.now(UTC)
    for first in range(1, people + 1, _CHUNK):
        ordinals = range(first, min(first + _CHUNK, people + 1))
        Person.objects.bulk_create(
            [Person(pk=i, key=f"user:u{i}", created_at=now) for i in ordinals]
        )
        Identity.objects.bulk_create([Identity(key=f"user:u{i}", person_id=i) for i in ordinals])
    Cursor.objects.update_or_create(name="fold", defaults={"position": 0})
    for i, condition in enumerate(portfolio.segments()):
        Segment.objects.create(
            key=f"s{i}", name=f"s{i}", condition={"version": 2, "condition": condition}
        )
    for name, spec in portfolio.TRAITS.items():
        SHIPPED[name] = NamedTrait(spec, Text(name, name))
    return made


def best(do: Callable[[], Any], repeats: int) -> float:
    found = []
    for _ in range(repeats):
        began = time.process_time()
        do()
        found.append(time.process_time() - began)
    return min(found)


def evaluate(personas: Personas) -> list[np.ndarray[Any, Any]]:
    return [np.asarray(node.evaluate(personas)) for node in portfolio.nodes()]


def conditions(personas: Personas, repeats: int) -> dict[str, float]:
    """CPU seconds of evaluating everybody and one person; parsing is done once, as in use."""
    nodes = portfolio.nodes()
    everybody = best(lambda: [node.evaluate(personas) for node in nodes], repeats)
    rng = np.random.default_rng(world.SEED)
    some = rng.integers(1, personas.size, 2_000).tolist()

    def one_by_one() -> None:
        for ordinal in some:
            one = personas.one(ordinal)
            for node in nodes:
                node.evaluate(one)

    return {
        "50 conditions over everybody": everybody * 1e6 / personas.size,
        "50 conditions for one person": best(one_by_one, repeats) / len(some),
    }


def differences(personas: Personas, repeats: int) -> float:
    """CPU seconds of who entered and who left 50 segments, from and to stored bitmaps."""
    rng = np.random.default_rng(world.SEED)
    before, after = [], []
    for node in portfolio.nodes():
        inside = np.flatnonzero(np.broadcast_to(node.evaluate(personas), (personas.size,)))
        moved = rng.random(len(inside)) < 0.98
        before.append(BitMap(inside))
        after.append(BitMap(inside[moved]) | BitMap(rng.integers(1, personas.size, 500)))
    pairs = list(zip(before, after, strict=True))
    return best(lambda: [(new - old, old - new) for old, new in pairs], repeats)


def sustained(people: int, rate: int, seconds: float) -> list[float]:
    """Seconds from acceptance to the moment that persona and segments have the event."""
    stop = threading.Event()
    sender = threading.Thread(target=_send, args=(people, rate, seconds, stop))
    late: list[float] = []
    at = cursor("fold").position
    sender.start()
    while not stop.is_set() or _newest() > at:
        pipeline.drain(workspace(), datetime.now(UTC))
        reached = cursor("fold").position
        late += _waited(at, reached)
        if reached == at:
            time.sleep(0.2)  # as the drain loop does
        at = reached
    sender.join()
    return late


def _send(people: int, rate: int, seconds: float, stop: threading.Event) -> None:
    """Batches of a tenth of a second's events, as a busy API would store them."""
    rng = np.random.default_rng(world.SEED)
    began, sent = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        due = int((time.monotonic() - began) * rate) - sent
        if due:
            intake.accept([_body(rng, people, sent + i) for i in range(due)], datetime.now(UTC))
            sent += due
        time.sleep(0.1)
    stop.set()
    connections.close_all()


def _body(rng: np.random.Generator, people: int, number: int) -> dict[str, object]:
    name, _share, _properties = world.EVENTS[int(rng.integers(0, len(world.EVENTS)))]
    properties = {"content": f"c{int(rng.zipf(1.5)) % world.CONTENTS:04}", "seconds": 60,
                  "price_cents": 9_900}  # fmt: skip
    return {"type": "track", "event": name, "userId": f"u{int(rng.integers(1, people + 1))}",
            "messageId": f"live-{number}", "properties": properties,
            "timestamp": datetime.now(UTC).isoformat()}  # fmt: skip


def _newest() -> int:
    from marketing.events import log

    return log.end().position


def _waited(start: int, end: int) -> list[float]:
    from marketing.events import log

    rows: list[LogRow] = log.between(Cursor(xid=0, position=start), Cursor(xid=0, position=end))
    now = time.time()
    return [now - row.received_at_us / 1e6 for row in rows]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.segments", description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=0, help="default: 100 a person")
    parser.add_argument("--rate", type=int, default=500, help="events a second")
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true", help="exit 1 where a bar is missed")
    asked = parser.parse_args(arguments)
    DuckDB.threads = 1
    found = measure(asked)
    if asked.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        Console().print(table_of(found, asked.people))
    lines = [f"{name}: {found[name]:.6f}, at most {most}" for name, (most, _unit) in BARS.items()
             if found[name] > most]  # fmt: skip
    for line in lines:
        sys.stderr.write(line + "\n")
    return 1 if asked.check and lines else 0


def measure(asked: argparse.Namespace) -> dict[str, float]:
    prepare(asked.people, asked.events or 100 * asked.people)
    now = world.NOW
    personas_services.refresh(workspace(), now, pipeline.specs())
    segments.refresh_now(now)
    personas = personas_queries.current()
    found = conditions(personas, asked.repeats)
    found["difference of 50 memberships"] = differences(personas, asked.repeats)
    personas_services.refresh(workspace(), datetime.now(UTC), pipeline.specs())
    segments.refresh_now(datetime.now(UTC))
    began = time.process_time()
    late = sorted(sustained(asked.people, asked.rate, asked.seconds))
    found["event to persona and segments, p95"] = late[int(0.95 * len(late))]
    found["event to persona and segments, median"] = late[len(late) // 2]
    found["events"] = float(len(late))
    found["share of one core"] = (time.process_time() - began) / asked.seconds
    found["versions written"] = float(SegmentVersion.objects.count())
    found["peak MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def table_of(found: dict[str, float], people: int) -> Table:
    table = Table(box=SIMPLE_HEAD, title=f"{people:,} people")
    for head in ("", "measured", "at most", "unit"):
        table.add_column(head, justify="left" if not head or head == "unit" else "right")
    for name, value in found.items():
        most, unit = BARS.get(name, (None, ""))
        table.add_row(name, f"{value:,.6f}" if value < 1 else f"{value:,.3f}",
                      "" if most is None else f"{most:g}", unit)  # fmt: skip
    return table


if __name__ == "__main__":
    sys.exit(main())
