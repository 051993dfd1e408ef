"""Work that somebody asked for: a row that waits until a worker has done it.

The row is the promise. Whoever asks inserts it and goes on; ``manage.py answer`` takes it under a
lease. A worker that dies leaves its row waiting; the lease ends within a minute, and the next one
takes it up.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.kernel.errors import MarketingError, Unavailable
from marketing.kernel.places import told
from marketing.workspace.leases import held

log = logging.getLogger("zhixin.asked")
MOST_TRIES = 3
_SAID_EVERY_S = 0.5
_LOOKED_AT = 20
# The share that is done, 0 to 1.
Progress = Callable[[float], None]


class Asked(models.Model):
    """What all such rows have in common. Moments are real ones: of leases, not of the data."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        REFUSED = "refused", _("cannot be done")
        FAILED = "failed", _("failed")

    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.WAITING, editable=False
    )
    asked_at = models.DateTimeField(_("asked"), editable=False)
    asked_by = models.CharField(_("asked by"), max_length=150, blank=True, editable=False)
    done_at = models.DateTimeField(_("done"), null=True, editable=False)
    took_ms = models.PositiveIntegerField(_("took, ms"), null=True, editable=False)
    progress = models.FloatField(_("progress"), default=0.0, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    # {"code", "message", "fix", "pointer"} where it was refused or failed.
    problem = models.JSONField(_("problem"), null=True, editable=False)

    class Meta:
        abstract = True


A = TypeVar("A", bound=Asked)
M = TypeVar("M", bound=models.Model)


def work_off(of: type[A], work: Callable[[A, Progress], None], at: datetime) -> int:
    """Do what waits longest and nobody else is doing; how many: 0 or 1.

    ``work`` stores its own result and must bear being begun again; long work stops now and then
    with NotYet, so that others have their turn, and what finds a lease held waits as well. Any
    other MarketingError is told to whoever asked; of any other error only that there was one, the
    log has the place.
    ``at``: the real moment.
    """
    rows = of._default_manager.filter(state=Asked.State.WAITING).order_by("asked_at", "id")
    return first_free(rows.values_list("pk", flat=True)[:_LOOKED_AT], _prefix(of),
                      lambda pk: _do(of, pk, work, at))  # fmt: skip


def work_on(row: A, work: Callable[[A, Progress], None], at: datetime) -> int:
    """The same for this row alone: for whoever waits for it and may as well do it; 0 or 1."""
    return first_free([row.pk], _prefix(type(row)), lambda pk: _do(type(row), pk, work, at))


def first_free(pks: Iterable[int], prefix: str, do: Callable[[int], bool]) -> int:
    """Under the lease of the first row that nobody else holds and that ``do`` still finds to do."""
    for pk in list(pks):
        try:
            with held(lease_of(prefix, pk)):
                if do(pk):
                    return 1
        except Unavailable as error:
            if error.code != "busy":
                raise
    return 0


def lease_of(prefix: str, pk: int) -> str:
    return f"{prefix}:{pk}"


def _prefix(of: type[Asked]) -> str:
    return of._meta.model_name or ""


def _do(of: type[A], pk: int, work: Callable[[A, Progress], None], at: datetime) -> bool:
    """False if another has done it meanwhile."""
    row = of._default_manager.filter(pk=pk, state=Asked.State.WAITING).first()
    if row is None:
        return False
    rows = of._default_manager.filter(pk=pk)
    rows.update(tries=row.tries + 1)
    started = time.monotonic()
    try:
        state, problem = _outcome(row, work)
    except NotYet as turn:
        rows.update(tries=0 if turn.worked else row.tries)
        return turn.worked
    rows.filter(state=Asked.State.WAITING).update(
        state=state, problem=problem, done_at=at,
        took_ms=round(1e3 * (time.monotonic() - started)),
        **({"progress": 1.0} if state == Asked.State.DONE else {}),
    )  # fmt: skip
    return True


def _outcome(row: A, work: Callable[[A, Progress], None]) -> tuple[str, dict[str, object] | None]:
    if row.tries >= MOST_TRIES:
        return _failed("The worker ended while it did this, three times over")
    try:
        work(row, Saying(row))
    except NotYet:
        raise
    except MarketingError as error:
        if error.code == "busy":  # what it needs is held by another: this was no try
            raise NotYet(worked=False) from error
        return Asked.State.REFUSED, _problem(error)
    except Exception as error:  # the edge of a job: told without its inside
        log.error("%s %s failed: %s", _prefix(type(row)), row.pk, told(error))
        return _failed("Something went wrong on our side")
    return Asked.State.DONE, None


def _failed(why: str) -> tuple[str, dict[str, object]]:
    error = MarketingError(why, code="work_failed", fix="Ask again; if it stays, see the log.")
    return Asked.State.FAILED, _problem(error)


def _problem(error: MarketingError) -> dict[str, object]:
    return {"code": error.code, "message": error.message, "fix": error.fix or "",
            "pointer": error.pointer or ""}  # fmt: skip


class NotYet(Exception):
    """The row goes on waiting for its next turn: a part is done, or nothing can be done just now.

    ``worked``: a part is done; what was tried before counts no more. Work that raises this has
    stored how far it is.
    """

    def __init__(self, *, worked: bool) -> None:
        self.worked = worked
        super().__init__()


class Saying:
    """Writes the share that is done into the row, not more often than a page asks."""

    def __init__(self, row: models.Model) -> None:
        self.rows = type(row)._default_manager.filter(pk=row.pk)
        self.said_at = 0.0

    def __call__(self, share: float) -> None:
        now = time.monotonic()
        if now - self.said_at >= _SAID_EVERY_S:
            self.said_at = now
            self.rows.update(progress=share)
