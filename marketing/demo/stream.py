"""Both sources as one site's history, in the order of its days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import chain

from marketing.demo import assigned, mooccube, oulad
from marketing.demo.rows import AssessmentRow, CourseRow, Fact, Message
from marketing.kernel.errors import Invalid


def catalogue() -> list[CourseRow]:
    """684 courses of MOOCCube and the 7 modules of OULAD."""
    return mooccube.courses() + oulad.courses()


def prerequisites() -> list[tuple[str, str]]:
    """Pairs of concepts: the first is a prerequisite of the second."""
    return mooccube.prerequisites()


def assessments() -> list[AssessmentRow]:
    """The 206 assessments of OULAD."""
    return oulad.assessments()


def people_count() -> int:
    """Everyone in both sources: 28,785 students and 2,000 learners."""
    return len(_traits())


def days(until: datetime) -> Iterator[tuple[date, list[Message]]]:
    """Each day that has messages, in order, with the messages in order of their moments.

    Only messages strictly before ``until``, which must be aware (``Invalid`` otherwise). A person's
    ``identify`` stands just before the first message, at the same moment; who has no message before
    ``until`` does not appear.
    """
    if until.tzinfo is None:
        raise Invalid("`until` has no time zone", fix="Give an aware moment, such as in UTC.")
    return _days(until.astimezone(UTC))


def _days(until: datetime) -> Iterator[tuple[date, list[Message]]]:
    by_day = _facts_by_day(until.date())
    unseen = _traits()
    for day in sorted(by_day):
        # Popped, so that what is behind needs no memory.
        messages = [fact.message() for fact in by_day.pop(day)]
        if day == until.date():
            messages = [m for m in messages if datetime.fromisoformat(_moment(m)[0]) < until]
        messages.sort(key=_moment)
        if messages:
            yield day, list(_introduced(messages, unseen))


def _facts_by_day(last: date) -> dict[date, list[Fact]]:
    by_day: defaultdict[date, list[Fact]] = defaultdict(list)
    for fact in chain[Fact](oulad.facts(), mooccube.facts()):
        if fact.day <= last:
            by_day[fact.day].append(fact)
    return by_day


def _traits() -> dict[str, dict[str, object]]:
    return oulad.traits() | mooccube.traits()


def _moment(message: Message) -> tuple[str, str]:
    # All timestamps have one width and end in Z, so their text sorts as time does.
    return str(message["timestamp"]), str(message["messageId"])


def _introduced(messages: list[Message], unseen: dict[str, dict[str, object]]) -> Iterator[Message]:
    """The messages, with an ``identify`` before the first of every person still ``unseen``."""
    for message in messages:
        person = str(message["userId"])
        traits = unseen.pop(person, None)
        if traits is not None:
            yield {
                "type": "identify", "messageId": person.replace("-", ":i:"), "userId": person,
                "timestamp": message["timestamp"], "traits": traits | assigned.reach(person),
            }  # fmt: skip
        yield message
