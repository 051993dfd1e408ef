"""Everything in the demo that no source states, with the rule that assigns it.

The sources have no prices, no consents, no devices and no time of day; MOOCCube has no dates.
Each of these is a function of ids alone, so it is the same on every machine and at every run,
and it carries no information about what people did. Messages mark it: ``price_assigned``,
``consent_assigned``, ``date_assigned``. The time of day is assigned in every message.

====================  ===========================================================================
price                 one of ``PRICES_CENTS``, uniform by SHA-256 of the course's id
consent to push       70 % of people, by SHA-256 of the person's id
consent to the inbox  90 %, independent of the former
reachable by push     80 %, independent of both
day (MOOCCube only)   learner i's n enrolments in their true order, evenly from 2013-01-01 plus
                      (i mod 365) days to 2014-11-30, both included
time of day           from noon UTC, less than six hours: enrolments in the first two, submissions
                      in the next two, withdrawals in the last, each at a hash of the message's id;
                      a MOOCCube learner's enrolments one second apart from a hash of the learner
====================  ===========================================================================
"""

from __future__ import annotations

import hashlib
import zlib
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

CURRENCY: Final = "CNY"
PRICES_CENTS: Final = (9_900, 19_900, 29_900, 49_900, 99_900)
PUSH_CONSENT_SHARE: Final = 0.7
INBOX_CONSENT_SHARE: Final = 0.9
PUSH_REACHABLE_SHARE: Final = 0.8

FIRST_LEARNER_DAY: Final = date(2013, 1, 1)
LAST_LEARNER_DAY: Final = date(2014, 11, 30)

# Seconds after noon. One band per kind keeps a withdrawal after a submission of the same day.
BAND_SECONDS: Final = 7_200
ENROLLED_FROM, SUBMITTED_FROM, WITHDRAWN_FROM = 0, BAND_SECONDS, 2 * BAND_SECONDS


@lru_cache(maxsize=1024)
def price_cents(course: str) -> int:
    """Minor units of ``CURRENCY`` for a course's external id."""
    return PRICES_CENTS[_digest("price", course) % len(PRICES_CENTS)]


def reach(person: str) -> dict[str, object]:
    """The traits of consent and reachability for a person's external id."""
    return {
        "push_consent": _share("push consent", person) < PUSH_CONSENT_SHARE,
        "inbox_consent": _share("inbox consent", person) < INBOX_CONSENT_SHARE,
        "reachable_push": _share("push reachable", person) < PUSH_REACHABLE_SHARE,
        "consent_assigned": True,
    }


def learner_day(learner: int, position: int, enrolments: int) -> date:
    """The day of a MOOCCube enrolment; ``position`` in 0..enrolments-1, ``learner`` from 1."""
    first = FIRST_LEARNER_DAY + timedelta(days=learner % 365)
    span_days = (LAST_LEARNER_DAY - first).days
    return first + timedelta(days=position * span_days // max(enrolments - 1, 1))


def learner_second(learner: int, position: int) -> int:
    """Seconds after noon; grows with ``position`` so that a full day keeps the true order."""
    return zlib.crc32(f"mc:{learner}".encode()) % (BAND_SECONDS - 200) + position


def second_of(message_id: str, band_from: int) -> int:
    """Seconds after noon within the band that starts at ``band_from``."""
    # CRC-32 spreads well enough for this and costs a tenth of a SHA-256.
    return band_from + zlib.crc32(message_id.encode()) % BAND_SECONDS


def moment(day: date, second: int) -> str:
    """ISO 8601 in UTC, ``second`` seconds after noon of ``day``."""
    minutes, seconds = divmod(second, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{day.isoformat()}T{12 + hours:02d}:{minutes:02d}:{seconds:02d}Z"


def _digest(salt: str, value: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{salt}:{value}".encode()).digest()[:8], "big")


def _share(salt: str, value: str) -> float:
    """Uniform in [0, 1)."""
    return _digest(salt, value) / 2**64
