"""The drain loop: goes on after errors, tells nothing private, ends after the running step."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from marketing.management.commands.drain import loop
from marketing.supervisor.stopping import Stopping


@contextmanager
def logged() -> Iterator[list[str]]:
    """Lines of the loop's logger, which does not propagate."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("zhixin.drain").addHandler(handler)
    yield lines
    logging.getLogger("zhixin.drain").removeHandler(handler)


def steps(*acts: Callable[[], int]) -> tuple[Callable[[], int], list[int]]:
    """A step that does one act after the other, and how far it has come."""
    left, taken = list(acts), [0]

    def step() -> int:
        taken[0] += 1
        return left.pop(0)()

    return step, taken


def fail() -> int:
    try:
        raise KeyError("name@example.com")
    except KeyError as error:
        raise ValueError("phone 13800000000") from error


@pytest.mark.django_db
def test_loop__when_a_step_fails__then_it_goes_on_and_the_log_has_no_message() -> None:
    stopping = Stopping()

    def end() -> int:
        stopping.ask()
        return 0

    step, taken = steps(fail, lambda: 1, end)
    with logged() as lines:
        loop(step, stopping, poll_s=0.01)
    assert taken == [3]
    assert len(lines) == 1
    assert "ValueError from KeyError in test_drain_command.py" in lines[0]
    assert "example.com" not in lines[0]
    assert "138" not in lines[0]


def test_loop__when_sigterm_comes_within_a_step__then_it_ends_after_that_step() -> None:
    finished: list[bool] = []

    def interrupted() -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        finished.append(True)
        return 1

    step, taken = steps(interrupted)
    with Stopping() as stopping:
        loop(step, stopping)
    assert finished == [True]
    assert taken == [1]


def test_stopping__when_it_is_left__then_the_signals_are_as_before() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Stopping():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before
