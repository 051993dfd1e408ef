"""The result: the split, and every metric of every arm."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from beliefs import believe
from effects import Asked, Group, Row, effect_of
from repeated import always_valid_p, always_valid_z, benjamini_hochberg, holm
from report import Report
from split import BROKEN, broken_cells, split_p


@dataclass(frozen=True)
class Answer:
    """``interval``: estimate, low, high. ``better``: of a belief; ``safety``: of a guardrail."""

    interval: tuple[float, float, float]
    p: float
    better: float | None = None
    safety: str | None = None


def of_result(told: Row, report: Report) -> None:
    result, about = told["result"], told["experiment"]
    weights = shares(told) if about["shares_followed_answers"] else None
    if result["split"]:
        _of_split(result, report)
    answers: dict[tuple[str, int | None], Answer | None] = {}
    for metric in result["metrics"]:
        _values(result, metric, report)
        for arm in [*_treated(result), None]:
            these = _treated(result) if arm is None else [arm]
            if comparable(about, result["control"], these, _treated(result)):
                answers[metric["key"], arm] = _answer(result, metric, these, weights)
            else:
                answers[metric["key"], arm] = None
    adjusted = _adjusted(result, answers)
    for metric in result["metrics"]:
        for arm in [*_treated(result), None]:
            shown = metric["treated"] if arm is None else metric["effects"][arm]
            name = f"{metric['key']}, {'all treated' if arm is None else result['arms'][arm]}"
            _hold_effect(result, metric, (name, shown, answers[metric["key"], arm]), report)
            if shown is not None:
                again = adjusted.get((metric["key"], arm))
                report.hold(f"{name}: adjusted p", shown["adjusted_p"], again)


def comparable(about: Row, control: int, these: list[int], treated: list[int]) -> bool:
    """Where chances were people's own only all variants together are like the holdout."""
    return not about["chances_were_personal"] or (these == treated and control == 0)


def _treated(result: Row) -> list[int]:
    """Arm 0 is the holdout; where it is not the control, nobody is in it."""
    return [arm for arm in range(len(result["arms"])) if arm not in (0, result["control"])]


def shares(told: Row) -> list[list[float]]:
    """Of each epoch."""
    return [each["weights"] for each in told["epochs"]]


def _values(result: Row, metric: Row, report: Report) -> None:
    for arm, shown in enumerate([*metric["arms"], metric["together"]]):
        is_all = arm == len(metric["arms"])
        group = Group.of(metric["sums"], _treated(result) if is_all else [arm])
        name = f"{metric['key']}, {'all treated' if is_all else result['arms'][arm]}"
        report.hold(f"{name}: people", shown["n"], group.n)
        report.hold(f"{name}: total", shown["total"], group.y)
        again = group.value(metric["shape"], metric["percentile"])
        report.hold(f"{name}: value", shown["value"], again)


def _answer(
    result: Row, metric: Row, treated: list[int], steered: list[list[float]] | None
) -> Answer | None:
    asked = Asked(metric["shape"], metric["percentile"])
    rows, control = metric["sums"], result["control"]
    found = effect_of(asked, rows, treated, control, steered) if treated else None
    if found is None:
        groups = [Group.of(rows, arms) for arms in (treated, [control])]
        is_nothing = all(group.n and not group.yy for group in groups)
        if metric["margin"] is None or not metric["lower_is_better"] or not is_nothing:
            return None
        return Answer((0.0, 0.0, 0.0), 1.0, safety="safe")  # nobody has any of what should be low
    safe = None if metric["margin"] is None else _safety(result, metric, treated, steered)
    if metric["holds"] == "credible":
        told = believe(asked.shape, rows, treated, control, found)
        if told is None:
            return None
        better = 1 - told[3] if metric["lower_is_better"] else told[3]
        return Answer(told[:3], found.p, better, safe)
    is_always = metric["holds"] == "always"
    low, high = found.ends(always_valid_z(found.people) if is_always else found.once())
    if low is None or high is None:
        return None
    p = always_valid_p(found.z, found.people) if is_always else found.p
    return Answer((found.value, low, high), p, safety=safe)


def _safety(result: Row, metric: Row, treated: list[int], steered: list[list[float]] | None) -> str:
    """Is it ruled out that more than the margin of the control's value is lost?"""
    rows, control = metric["sums"], result["control"]
    value = Group.of(rows, [control]).value(metric["shape"], metric["percentile"])
    sign = -1 if metric["lower_is_better"] else 1
    if value is None:
        return "unknown"
    lost = sign * metric["margin"] / 100
    keep = 1 - lost if value >= 0 else 1 + lost
    asked = Asked(metric["shape"], metric["percentile"], keep)
    found = effect_of(asked, rows, treated, control, steered)
    if found is None:
        return "unknown"
    bound = always_valid_z(found.people) if metric["holds"] == "always" else found.once()
    z = sign * found.z
    return "safe" if z > bound else "worse" if z < -bound else "unknown"


def _adjusted(
    result: Row, answers: dict[tuple[str, int | None], Answer | None]
) -> dict[tuple[str, int | None], float]:
    """Holm over the goal's arms; Benjamini and Hochberg over arms and metrics beside it; guardrails
    go by their margin, and all the treated together are one question.
    """
    roles = {metric["key"]: metric["role"] for metric in result["metrics"]}
    found = {place: each.p for place, each in answers.items() if each is not None}
    for role, method in (("goal", holm), ("secondary", benjamini_hochberg)):
        places = [place for place in found if place[1] is not None and roles[place[0]] == role]
        found |= dict(zip(places, method([found[place] for place in places]), strict=True))
    return found


def _hold_effect(
    result: Row, metric: Row, said: tuple[str, Row | None, Answer | None], report: Report
) -> None:
    name, shown, again = said
    if shown is None or again is None:
        report.hold(name, shown and shown["estimate"], again and again.interval[0])
        return
    shown_ends = (shown["estimate"], shown["low"], shown["high"])
    report.interval(f"{name}: effect", shown_ends, again.interval)
    report.hold(f"{name}: p", shown["p"], again.p)
    report.hold(f"{name}: chance to be better", shown["better"], again.better)
    report.hold(f"{name}: safety", shown["safety"], again.safety)


def _of_split(result: Row, report: Report) -> None:
    observed, meant = result["split"]["observed"], result["split"]["meant"]
    people = [sum(column) for column in zip(*observed, strict=True)]
    for name, shown, again in zip(result["arms"], result["exposed"], people, strict=True):
        report.hold(f"exposed, {name}", shown, again)
    goal = Group.of(result["metrics"][0]["sums"], range(len(people)))
    report.hold("in no effect yet, or too late", result["immature"] + result["later"],
                sum(people) - goal.n)  # fmt: skip
    check = next(each for each in result["checks"] if each["name"] == "split")
    p, numbers, arm = split_p(observed, meant), check["numbers"], int(check["numbers"]["arm"])
    rows = list(zip(observed, meant, strict=True))
    expected = fsum(fsum(row) * shares[arm] / fsum(shares) for row, shares in rows)
    failed = p is not None and p < BROKEN
    report.hold("split: p", check["p"], p)
    report.hold("split: failed", check["failed"], failed)
    report.hold("split: people", numbers["people"], people[arm])
    report.hold("split: expected", numbers["expected"], expected)
    broken = broken_cells(observed, meant) if failed else 0
    report.hold("split: cells that are off", numbers["broken_cells"], broken)
