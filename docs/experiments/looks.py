"""The looks: what was seen at each, its bound, and what each arm shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import fsum
from statistics import NormalDist

from beliefs import believe
from effects import ALPHA, Asked, Effect, Group, Row, effect_of, information
from percentiles import PercentileEffect
from repeated import always_valid_z, bound_of, spent
from report import INTEGRATED, Report
from result import comparable, shares


@dataclass(frozen=True)
class Looking:
    """One look, how it was asked then, and the looks before it."""

    told: Row
    look: Row
    before: list[Row]

    @property
    def treated(self) -> list[int]:
        return [row["arm"] for row in self.look["arms"]]

    @property
    def control(self) -> int:
        return int(self.look["control"])

    def effect(self, key: str, treated: list[int]) -> Effect | PercentileEffect | None:
        if not comparable(self.told["experiment"], self.control, treated, self.treated):
            return None
        asked = Asked(self.look["shape"], self.look["percentile"])
        if key != "goal":  # the money's shape is the same at every look
            asked = Asked(next(each["shape"] for each in self.told["result"]["metrics"]
                               if each["key"] == key))  # fmt: skip
        steered = shares(self.told) if self.look["is_steered"] else None
        return effect_of(asked, self.look["sums"][key], treated, self.control, steered)

    def planned(self) -> float | None:
        """The bound of all the treated together, if looks are planned."""
        now = self.look["information"]
        levels = [(each["information"], each["share"]) for each in self.before]
        history = [each for each in levels if each[0] < now]
        return bound_of([*history, (now, self.look["share"])], ALPHA)

    def decides_from(self, people: int) -> float | None:
        if self.look["is_steered"] and self.control != 0:
            return self._at_the_end(ALPHA)
        return self._by_method(people, ALPHA, self.planned)

    def arm_decides_from(self, arm: int, people: int, alpha: float) -> float | None:
        """Where the shares followed the answers one arm is decided at the end."""
        if self.look["is_steered"]:
            return self._at_the_end(alpha)
        now = self.look["information"]
        history = [
            (fsum(row["information"] for row in each["arms"] if row["arm"] == arm), each["share"])
            for each in [*(each for each in self.before if each["information"] < now), self.look]
        ]
        return self._by_method(people, alpha, lambda: bound_of(history, alpha))

    def _by_method(
        self, people: int, alpha: float, planned: Callable[[], float | None]
    ) -> float | None:
        method = self.look["method"]
        if method == "always_valid":
            return always_valid_z(people, alpha)
        return planned() if method == "looks" else self._at_the_end(alpha)

    def _at_the_end(self, alpha: float) -> float | None:
        return NormalDist().inv_cdf(1 - alpha / 2) if self.look["is_last"] else None


def of_look(at: Looking, report: Report) -> None:
    look, rows, name = at.look, at.look["sums"]["goal"], f"look {at.look['day']}"
    report.hold(f"{name}: information", look["information"],
                information(rows, at.treated, at.control))  # fmt: skip
    report.hold(f"{name}: treated", look["treated"], Group.of(rows, at.treated).n)
    report.hold(f"{name}: control", look["holdout"], Group.of(rows, [at.control]).n)
    report.hold(f"{name}: spent", look["spent"], spent(ALPHA, look["share"]))
    effect, bound, better = at.effect("goal", at.treated), at.planned(), None
    ends: tuple[float | None, float | None] = (None, None)
    if effect is not None:
        bound = at.decides_from(effect.people)
        ends = effect.ends(bound)
        told = _believed(at, effect)
        if told is not None:
            bound, better = None, told[1]
            ends = told[0] if look["is_last"] else (None, None)
    report.hold(f"{name}: bound", look["bound"], bound, INTEGRATED)
    report.interval(f"{name}: effect", (look["estimate"], look["low"], look["high"]),
                    (effect.value if effect else None, *ends), INTEGRATED)  # fmt: skip
    report.hold(f"{name}: z", look["z"], effect and effect.z)
    report.hold(f"{name}: chance to be better", look["better"], better)
    money = at.effect("revenue", at.treated)
    again = money.ends(at.decides_from(money.people)) if money else (None, None)
    report.interval(f"{name}: money", (look["money"], look["money_low"], look["money_high"]),
                    (money.value if money else None, *again), INTEGRATED)  # fmt: skip
    _arms(at, report, name)


def _believed(
    at: Looking, effect: Effect | PercentileEffect
) -> tuple[tuple[float, float], float] | None:
    """(ends, chance to be better) by the priors, where the method is Bayesian."""
    if at.look["method"] != "bayes":
        return None
    rows = at.look["sums"]["goal"]
    told = believe(at.look["shape"], rows, at.treated, at.control, effect)
    if told is None:
        return None
    return told[1:3], 1 - told[3] if at.look["lower_is_better"] else told[3]


def _arms(at: Looking, report: Report, name: str) -> None:
    """Each arm's interval holds for all together (Bonferroni); what is said is Holm's."""
    found = {arm: at.effect("goal", [arm]) for arm in at.treated}
    known = {arm: effect for arm, effect in found.items() if effect is not None}
    clear: list[int] = []
    for arm in sorted(known, key=lambda arm: -abs(known[arm].z)):
        level = ALPHA / (len(found) - len(clear))
        least = at.arm_decides_from(arm, known[arm].people, level)
        if least is None or abs(known[arm].z) < least:
            break
        clear.append(arm)
    is_lower = at.look["lower_is_better"]
    for row in at.look["arms"]:
        arm, rows = row["arm"], at.look["sums"]["goal"]
        said = f"{name}, {at.told['experiment']['arms'][arm]}"
        report.hold(f"{said}: people", row["n"], Group.of(rows, [arm]).n)
        report.hold(f"{said}: information", row["information"],
                    information(rows, [arm], at.control))  # fmt: skip
        effect = known.get(arm)
        report.hold(f"{said}: z", row.get("z"), effect and effect.z)
        if effect is None:
            continue
        least = at.arm_decides_from(arm, effect.people, ALPHA / len(found))
        report.interval(f"{said}: effect", (row["estimate"], row["low"], row["high"]),
                        (effect.value, *effect.ends(least)), INTEGRATED)  # fmt: skip
        word = "better" if (effect.value > 0) != is_lower else "worse"
        report.hold(f"{said}: says", row["says"], word if arm in clear else "")
