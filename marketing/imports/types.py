"""Frozen values: how a file is written, what its rows depend on, what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

import msgspec

DateOrder = Literal["ymd", "dmy", "mdy"]
Encoding = Literal["", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
Delimiter = Literal["", ",", ";", "\t", "|"]


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the file is written. Empty: found out by looking; the time zone: the workspace's."""

    encoding: Encoding = ""
    delimiter: Delimiter = ""
    decimal_comma: bool = False
    date_order: DateOrder = "ymd"
    time_zone: Annotated[str, msgspec.Meta(max_length=64)] = ""

    def __post_init__(self) -> None:
        if self.time_zone and self.time_zone not in available_timezones():
            raise ValueError(f"There is no time zone '{self.time_zone}'")


@dataclass(frozen=True)
class Setting:
    """All that a row's meaning depends on besides its cells.

    ``now``: the workspace's moment when the import was asked for, the same in every attempt.
    ``key``: of this import, the same in every attempt. ``given_by``: who asked; ``asked_at``: the
    real moment at which, of queues.
    """

    now: datetime
    zone: ZoneInfo
    currency: str = "CNY"
    decimal_comma: bool = False
    date_order: DateOrder = "ymd"
    key: str = ""
    given_by: str = ""
    asked_at: datetime | None = None


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Of rows: ``seen`` is the others' sum. ``known``: they change nothing."""

    good: int = 0
    known: int = 0
    bad: int = 0

    @property
    def seen(self) -> int:
        return self.good + self.known + self.bad
