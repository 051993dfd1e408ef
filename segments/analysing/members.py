"""The members of one version, page by page: pages never mix two versions."""

from __future__ import annotations

from dataclasses import dataclass

from marketing.kernel.errors import Conflict, Invalid
from marketing.people.queries import user_ids
from segments.models import Segment, SegmentVersion


@dataclass(frozen=True)
class Page:
    """``names``: what the host calls them. People who were merged or erased since the version was
    made are left out, so a page may be shorter than was asked. ``next_after``: None at the end.
    """

    version: SegmentVersion
    names: list[str]
    next_after: str | None


def page(segment: Segment, after: str, limit: int) -> Page:
    """``after``: empty for the first page, else the ``next_after`` of the page before.

    Raises Invalid (``bad_cursor``), Conflict where the version is not kept any more
    (``version_gone``) or there is none yet (``not_refreshed``).
    """
    version, last = _place(segment, after)
    members = version.members
    start = members.rank(last)
    ordinals = members[start : start + limit].to_array().tolist()
    names = user_ids(ordinals)
    has_more = start + limit < len(members)
    return Page(
        version,
        [names[ordinal] for ordinal in ordinals if ordinal in names],
        f"{version.pk}.{ordinals[-1]}" if has_more else None,
    )


def _place(segment: Segment, after: str) -> tuple[SegmentVersion, int]:
    """The version, and the ordinal after which the page begins."""
    if not after:
        newest = SegmentVersion.objects.filter(segment=segment).first()
        if newest is None:
            raise Conflict(f"Segment '{segment.key}' is not refreshed yet", code="not_refreshed",
                           fix="Wait for the next refresh.")  # fmt: skip
        return newest, 0
    pk, last = _read(after)
    version = SegmentVersion.objects.filter(pk=pk).first()
    if version is None:
        raise Conflict("The version that this page continues is not kept any more",
                       code="version_gone", pointer="?after",
                       fix="Begin again without 'after'.")  # fmt: skip
    if version.segment_id != segment.pk:
        raise _bad()
    return version, last


def _read(after: str) -> tuple[int, int]:
    version, dot, last = after.partition(".")
    parts = [part for part in (version, last) if part.isascii() and part.isdigit()]
    if not dot or len(parts) != 2 or len(version) > 18 or len(last) > 10 or int(last) >= 2**32:
        raise _bad()
    return int(version), int(last)


def _bad() -> Invalid:
    return Invalid("'after' is no cursor of this list", code="bad_cursor", pointer="?after",
                   fix="Send the 'next_after' of the page before, or nothing.")  # fmt: skip
