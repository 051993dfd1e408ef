"""The curve of cost per event as an SVG: what grows with history would rise to the right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 360, 64, 150, 40, 48
_LINE_HEIGHT = 14
LINES = {
    "segment queries": "#9ca3af",
    "cold rebuild": "#d97706",
    "bare GROUP BY": "#6b7280",
    "rebuild": "#2563eb",
    "slide": "#059669",
}


def svg(rows: Sequence[Mapping[str, Any]]) -> str:
    """``rows`` as ``bench.personas --json`` prints them; both axes are logarithmic."""
    events = [row["events"] for row in rows]
    costs = {name: [row["seconds"][name] / row["events"] * 1e6 for row in rows] for name in LINES}
    flat = [cost for line in costs.values() for cost in line]
    across = _Scale(min(events), max(events), LEFT, WIDTH - RIGHT)
    up = _Scale(min(flat), max(flat), HEIGHT - BOTTOM, TOP)
    parts = [_text(LEFT, 20, "CPU microseconds an event, one thread", "start", weight=600)]
    parts += [_across(across, row) for row in rows]
    parts += [_up(up, 10.0**power) for power in range(*up.powers)]
    labels = _apart({name: up(line[-1]) for name, line in costs.items()})
    for name, line in costs.items():
        points = [(across(e), up(c)) for e, c in zip(events, line, strict=True)]
        parts.append(_line(name, points, line[-1], labels[name]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="system-ui, sans-serif" font-size="12">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


class _Scale:
    """A logarithmic axis from values to pixels."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high = math.log10(low), math.log10(high)
        self.start, self.end = start, end

    def __call__(self, value: float) -> float:
        share = (math.log10(value) - self.low) / ((self.high - self.low) or 1)
        return self.start + share * (self.end - self.start)

    @property
    def powers(self) -> tuple[int, int]:
        return math.ceil(self.low), math.floor(self.high) + 1


def _across(scale: _Scale, row: Mapping[str, Any]) -> str:
    x = scale(row["events"])
    label = f"{row['events'] / 1e6:g}M events"
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#e5e7eb"/>'
        + _text(x, HEIGHT - BOTTOM + 18, label, "middle")
        + _text(x, HEIGHT - BOTTOM + 34, f"{row['people']:,} people", "middle", fill="#6b7280")
    )


def _up(scale: _Scale, value: float) -> str:
    y = scale(value)
    return (
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e5e7eb"/>'
        + _text(LEFT - 8, y + 4, f"{value:g}", "end")
    )


def _apart(ends: Mapping[str, float]) -> dict[str, float]:
    """Where each line's name stands: beside its end, and no nearer to another than its height."""
    found: dict[str, float] = {}
    for name, y in sorted(ends.items(), key=lambda each: each[1]):
        found[name] = max(y, max(found.values(), default=0) + _LINE_HEIGHT)
    return found


def _line(name: str, points: Sequence[tuple[float, float]], newest: float, label_y: float) -> str:
    """``label_y``: where its name stands beside the last point."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{LINES[name]}"/>' for x, y in points
    )
    x, _y = points[-1]
    line = f'<polyline points="{path}" fill="none" stroke="{LINES[name]}" stroke-width="2"/>'
    return (
        line + dots + _text(x + 10, label_y + 4, f"{name} {newest:.2g}", "start", fill=LINES[name])
    )


def _text(
    x: float, y: float, text: str, anchor: str, *, fill: str = "#111827", weight: int = 400
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" '
        f'font-weight="{weight}">{escape(text)}</text>'
    )
