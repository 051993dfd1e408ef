"""The script beside the docs computes every figure of real exports again, and names what is off."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from marketing.events.intake import Taken
from marketing.experiments import results
from marketing.experiments.bucketing import bucket, bucket_ranges, choose_arm
from marketing.experiments.exporting import export
from marketing.experiments.exposing import Seen, expose
from marketing.experiments.models import Experiment, MetricDefinition
from marketing.experiments.services import Plan, define, reweigh
from marketing.kernel.text import Text
from marketing.people.models import Identity, Person
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, fold
from tests.docs.pages import ROOT
from tests.messages import identify, track

Send = Callable[..., Taken]
SCRIPT = ROOT / "docs" / "experiments" / "recompute.py"
DAY, DAYS, PLANNED = timedelta(days=1), 2, 6
ZONE = ZoneInfo("Asia/Shanghai")
ARMS = ("holdout", "small", "large")
BEFORE, AFTER = (0.4, 0.3, 0.3), (0.3, 0.2, 0.5)
Method = Experiment.Method


@pytest.fixture
def metrics(workspace: Workspace) -> list[MetricDefinition]:
    """One of every shape: a capped sum, a ratio, days that should be few, a percentile, and
    guardrails.
    """
    said: list[dict[str, Any]] = [
        {"key": "capped", "kind": "revenue", "event": "Order Completed", "cap_percentile": 90},
        {"key": "per-view", "kind": "ratio", "event": "Order Completed",
         "per_event": "Course Viewed"},
        {"key": "wait", "kind": "time_to_event", "event": "Order Completed",
         "lower_is_better": True},
        {"key": "usual", "kind": "percentile", "event": "Order Completed", "percentile": 75,
         "amount": "price_cents"},
        {"key": "complaints", "kind": "count", "event": "Complained", "role": "guardrail",
         "lower_is_better": True, "margin_percent": 50},
        {"key": "complained", "kind": "conversion", "event": "Complained", "role": "guardrail",
         "lower_is_better": True, "margin_percent": 60},
        {"key": "none", "kind": "count", "event": "Never Happened", "role": "guardrail",
         "lower_is_better": True, "margin_percent": 5},
        {"key": "keen", "kind": "percentile", "event": "Course Viewed", "role": "guardrail",
         "percentile": 90, "margin_percent": 20},
        {"key": "views", "kind": "ratio", "event": "Course Viewed", "role": "guardrail",
         "per_event": "Order Completed", "margin_percent": 40},
    ]  # fmt: skip
    return [MetricDefinition.objects.create(name=each["key"], days=DAYS, **each) for each in said]


def started(
    metrics: list[MetricDefinition], method: str, goal: MetricDefinition | None = None
) -> Experiment:
    plan = Plan(
        goal=("Order Completed", DAYS), planned_days=PLANNED, metrics=metrics, method=method,
        goal_metric=goal,
    )  # fmt: skip
    return define("spring", Text("Spring", "春"), ARMS, BEFORE, plan, NOW)


def lived(
    experiment: Experiment, send: Send, *, edited: bool, lift: float, a_day: int = 60
) -> None:
    """People come for eight days; on the fourth the shares change; some bought before."""
    dice, messages = random.Random(7), []
    for i in range(a_day * (PLANNED + 2)):
        day, name = i // a_day, f"p{i}"
        if edited and i == 3 * a_day:
            reweigh(experiment, AFTER, NOW + 3 * DAY)
        at = NOW + DAY * day + timedelta(minutes=i % a_day)
        ranges = bucket_ranges(3, 1.0, experiment.weights)
        arm = choose_arm(bucket(experiment.key, name), ranges)
        key = f"user:{name}"
        person = Person.objects.get_or_create(key=key, defaults={"created_at": NOW})[0]
        Identity.objects.get_or_create(key=key, defaults={"person": person})
        expose(experiment.pk, person.pk, Seen(arm=arm, epoch=experiment.epoch), at)
        keen = dice.random()
        if keen < 0.5:
            hours = timedelta(hours=dice.randrange(1, 40))
            messages.append(_order(name, at - hours, dice))
        for _ in range(dice.randrange(1, 4)):
            messages.append(track(name, "Course Viewed", at + timedelta(hours=1)))
        if keen < 0.35 + lift * arm:
            orders = dice.randrange(1, 3)
            messages += [_order(name, at + timedelta(hours=3 + n), dice) for n in range(orders)]
        if dice.random() < 0.2:
            messages.append(track(name, "Complained", at + timedelta(hours=2)))
    for start in range(0, len(messages), 400):
        send(*messages[start : start + 400], now=NOW + timedelta(days=300))
    fold()


def _order(name: str, at: Any, dice: random.Random) -> dict[str, object]:
    return track(name, "Order Completed", at, price_cents=round(dice.lognormvariate(8, 1)))


def measured(experiment: Experiment, days: int) -> dict[str, Any]:
    for day in range(days + 1):
        results.refresh(NOW + DAY * day + timedelta(hours=1), ZONE)
    experiment.refresh_from_db()
    told: dict[str, Any] = json.loads(json.dumps(export(experiment), default=str))
    return told


def recomputed(told: dict[str, Any], path: Path) -> subprocess.CompletedProcess[str]:
    path.write_text(json.dumps(told))
    return subprocess.run(
        [sys.executable, "-I", "-c", f"import sys, runpy; sys.argv = [{str(SCRIPT)!r}, "
         f"{str(path)!r}]; sys.path[:] = [{str(SCRIPT.parent)!r}, *(each for each in sys.path "
         "if 'site-packages' not in each)]; runpy.run_path(sys.argv[0], run_name='__main__')"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("method", "days"),
    [(Method.LOOKS, 5), (Method.LOOKS, PLANNED + DAYS), (Method.ALWAYS_VALID, 6),
     (Method.FIXED, PLANNED + DAYS), (Method.BAYES, PLANNED + DAYS)],
)  # fmt: skip
def test_recompute__an_experiment_of_every_method__then_every_figure_is_found_again(
    method: str, days: int, metrics: list[MetricDefinition], send: Send, tmp_path: Path
) -> None:
    experiment = started(metrics, method)
    lived(experiment, send, edited=True, lift=0.04)
    done = recomputed(measured(experiment, days), tmp_path / "export.json")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("method", "goal"),
    [(Method.LOOKS, 0), (Method.BAYES, 1), (Method.ALWAYS_VALID, 1), (Method.BAYES, 2),
     (Method.LOOKS, 3), (Method.BAYES, 3)],
)  # fmt: skip
def test_recompute__the_goal_is_an_amount_a_ratio_or_days__then_found_again(
    method: str, goal: int, metrics: list[MetricDefinition], send: Send, tmp_path: Path
) -> None:
    experiment = started(metrics, method, metrics[goal])
    lived(experiment, send, edited=goal == 0, lift=0.04)
    done = recomputed(measured(experiment, PLANNED + DAYS), tmp_path / "export.json")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("method", [Method.LOOKS, Method.ALWAYS_VALID])
def test_recompute__the_shares_followed_the_answers__then_found_again(
    method: str, metrics: list[MetricDefinition], send: Send, tmp_path: Path
) -> None:
    experiment = started(metrics, method)
    Experiment.objects.update(allocation={})
    experiment.refresh_from_db()
    lived(experiment, send, edited=True, lift=0.04)
    done = recomputed(measured(experiment, PLANNED + DAYS), tmp_path / "export.json")
    assert done.returncode == 0, done.stdout + done.stderr


def test_recompute__the_method_is_edited_in_the_middle__then_each_look_as_it_was_asked(
    metrics: list[MetricDefinition], send: Send, tmp_path: Path
) -> None:
    experiment = started(metrics, Method.LOOKS)
    lived(experiment, send, edited=True, lift=0.04)
    measured(experiment, 5)
    Experiment.objects.update(method=Method.ALWAYS_VALID, allocation={})
    told = measured(experiment, PLANNED + DAYS)
    assert {look["method"] for look in told["looks"]} == {Method.LOOKS, Method.ALWAYS_VALID}
    done = recomputed(told, tmp_path / "export.json")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("method", [Method.LOOKS, Method.FIXED])
def test_recompute__people_are_compared_within_strata__then_found_again(
    method: str, metrics: list[MetricDefinition], send: Send, tmp_path: Path
) -> None:
    names = [f"p{i}" for i in range(60 * (PLANNED + 2))]
    said = [identify(name, NOW - DAY, city=("上海", "Paris")[i % 2])
            for i, name in enumerate(names) if i % 5]  # fmt: skip
    send(*said, now=NOW)
    experiment = started(metrics, method)
    Experiment.objects.update(strata="attribute:city")
    experiment.refresh_from_db()
    lived(experiment, send, edited=True, lift=0.04)
    told = measured(experiment, PLANNED + DAYS)
    done = recomputed(told, tmp_path / "export.json")
    assert {row["stratum"] for row in told["result"]["metrics"][0]["sums"]} == {0, 1, 2}
    assert done.returncode == 0, done.stdout + done.stderr


def test_recompute__without_a_holdout__then_the_first_variant_is_the_control(
    workspace: Workspace, send: Send, tmp_path: Path
) -> None:
    plan = Plan(goal=("Order Completed", DAYS), planned_days=PLANNED)
    experiment = define("spring", Text("Spring", "春"), ARMS, (0.0, 0.5, 0.5), plan, NOW)
    lived(experiment, send, edited=False, lift=0.1)
    done = recomputed(measured(experiment, PLANNED + DAYS), tmp_path / "export.json")
    assert done.returncode == 0, done.stdout + done.stderr


def test_recompute__the_split_is_broken__then_its_p_and_the_verdict_are_found_again(
    metrics: list[MetricDefinition], send: Send, tmp_path: Path
) -> None:
    experiment = started(metrics, Method.LOOKS)
    for i in range(300):
        person = Person.objects.create(key=f"user:more{i}", created_at=NOW)
        expose(experiment.pk, person.pk, Seen(arm=2), NOW)
    lived(experiment, send, edited=True, lift=0.04)
    told = measured(experiment, PLANNED)
    done = recomputed(told, tmp_path / "export.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert told["verdict"]["say"] == "broken"
    assert told["result"]["checks"][0]["numbers"]["broken_cells"] > 0


@pytest.fixture
def told(metrics: list[MetricDefinition], send: Send) -> dict[str, Any]:
    experiment = started(metrics, Method.LOOKS)
    lived(experiment, send, edited=True, lift=0.12)
    return measured(experiment, PLANNED + DAYS)


def test_recompute__one_figure_is_not_what_the_sums_say__then_it_is_named(
    told: dict[str, Any], tmp_path: Path
) -> None:
    first, last = told["looks"][0], told["looks"][-1]
    changed: dict[str, tuple[dict[str, Any], str]] = {
        "revenue, small: effect, high": (told["result"]["metrics"][1]["effects"][1], "high"),
        "goal, large: p": (told["result"]["metrics"][0]["effects"][2], "p"),
        "capped, large: adjusted p": (told["result"]["metrics"][2]["effects"][2], "adjusted_p"),
        "per-view, holdout: value": (told["result"]["metrics"][3]["arms"][0], "value"),
        "split: p": (told["result"]["checks"][0], "p"),
        f"look {last['day']}: bound": (last, "bound"),
        f"look {first['day']}: z": (first, "z"),
        f"look {last['day']}, large: effect, low": (last["arms"][1], "low"),
        "verdict: extra people": (told["verdict"], "extra_people"),
    }
    for name, (holder, key) in changed.items():
        kept = holder[key]
        holder[key] = [1.001 * kept[0], *kept[1:]] if isinstance(kept, list) else 1.001 * kept
        done = recomputed(told, tmp_path / "export.json")
        holder[key] = kept
        assert done.returncode == 1, (name, done.stderr)
        named = [line for line in done.stdout.splitlines() if line.startswith("DIFFERS")]
        assert f"DIFFERS: {name}" in named, (name, named)
    assert recomputed(told, tmp_path / "export.json").returncode == 0


def test_recompute__of_one_experiment__then_it_says_what_it_does_not_recompute(
    told: dict[str, Any], tmp_path: Path
) -> None:
    done = recomputed(told, tmp_path / "export.json")
    unsaid = {each["name"] for each in told["result"]["checks"]} - {"split"}
    for name in (*unsaid, "limit"):
        assert f"not recomputed: {name}" in done.stdout


def test_recompute__an_experiment_without_a_result__then_it_says_so(
    metrics: list[MetricDefinition], tmp_path: Path
) -> None:
    told = json.loads(json.dumps(export(started(metrics, Method.LOOKS))))
    done = recomputed(told, tmp_path / "export.json")
    assert (done.returncode, "no result" in done.stdout) == (2, True)
