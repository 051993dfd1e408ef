"""The verdict, from the figures that were held to their recomputed ones before."""

from __future__ import annotations

from datetime import datetime, timedelta

from effects import Row
from report import Report


def of_verdict(told: Row, report: Report) -> None:
    shown, metrics = told["verdict"], told["result"]["metrics"]
    last = told["looks"][-1] if told["looks"] else None
    say = _say(told, last)
    report.hold("verdict", shown["say"], say)
    best = _best(told, last) if last and _is_reached(told, last) and say != "broken" else None
    report.hold("verdict: arm to ship", shown["best"], best)
    for name, keys, is_there in (
        ("people", ("estimate", "low", "high"), metrics[0]["unit"] == "share"),
        ("money", ("money", "money_low", "money_high"), True),
    ):
        each = [last[key] for key in keys] if last and is_there else [None]
        again = [last["treated"] * one for one in each] if last and None not in each else [None] * 3
        report.interval(f"verdict: extra {name}", shown[f"extra_{name}"] or [None] * 3, again)


def _say(told: Row, last: Row | None) -> str:
    result = told["result"]
    if any(check["failed"] and check["covers"] for check in result["checks"]):
        return "broken"
    if last is None or not (_is_clear(last) or last["is_last"]):
        return "keep_running"
    if not _is_reached(told, last):
        return "stop"
    best, unsafe = _best(told, last), []
    for rail in (metric for metric in result["metrics"] if metric["role"] == "guardrail"):
        arm = rail["effects"][told["experiment"]["arms"].index(best)] if best else rail["treated"]
        word = arm["safety"] if arm else "unknown"
        unsafe += [] if word == "safe" else [(word, rail["days"])]
    if not unsafe:
        return "ship"
    is_worse = "worse" in {word for word, _ in unsafe}
    is_over = _is_over(told, max(days for _, days in unsafe))
    return "stop" if is_worse or is_over else "keep_running"


def _is_reached(told: Row, last: Row) -> bool:
    """The look decided, and for the better."""
    is_up = (last["estimate"] or 0) > 0
    return _is_clear(last) and is_up != told["result"]["metrics"][0]["lower_is_better"]


def _is_clear(look: Row) -> bool:
    return look["low"] is not None and (look["low"] > 0 or look["high"] < 0)


def _is_over(told: Row, window_days: int) -> bool:
    """For the goal and for these guardrails."""
    about = told["experiment"]
    days = timedelta(days=about["planned_days"] + max(about["goal_days"], window_days))
    start, now = (datetime.fromisoformat(each) for each in (about["started_at"], told["as_of"]))
    return now >= start + days


def _best(told: Row, last: Row | None) -> str | None:
    """Of several arms the one that is shown to work, and most."""
    rows = last["arms"] if last else []
    shown = [row for row in rows if row["says"] == "better"]
    if len(rows) < 2 or not shown:
        return None
    sign = -1 if told["result"]["metrics"][0]["lower_is_better"] else 1
    best: str = told["experiment"]["arms"][
        max(shown, key=lambda row: sign * row["estimate"])["arm"]
    ]
    return best
