"""An experiment's page: its verdict, its looks, and no campaign needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from marketing.events.intake import Taken
from marketing.experiments import results
from marketing.experiments.bucketing import bucket, bucket_ranges, choose_arm
from marketing.experiments.models import Experiment, Look
from marketing.experiments.services import Plan, define
from marketing.experiments.types import Holds, Result
from marketing.kernel.text import Text
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW
from tests.experiments.test_results import exposed, ordered


@pytest.fixture
def experiment(admin_client: Client) -> Experiment:
    arms, weights = ("holdout", "push"), (0.5, 0.5)
    return define(
        "spring", Text("Spring", "春"), arms, weights, Plan(goal=("Order Completed", 7)), NOW
    )


@pytest.fixture
def measured(workspace: Workspace, experiment: Experiment, send: Callable[..., Taken]) -> Result:
    """Of forty people, dealt by the hash, every third of whom bought."""
    ranges = bucket_ranges(2, 1.0, (0.5, 0.5))
    for i in range(40):
        exposed(experiment, f"p{i}", choose_arm(bucket("spring", f"p{i}"), ranges))
    ordered(send, *((f"p{i}", NOW + timedelta(hours=1), 100) for i in range(0, 40, 3)))
    ((_experiment, found),) = results.refresh(NOW + timedelta(days=8), workspace.zone)
    experiment.refresh_from_db()
    return found


def page(client: Client, experiment: Experiment) -> str:
    answer = client.get(reverse("admin:experiments_experiment_change", args=[experiment.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_page__before_the_first_look__then_when_it_will_be_decided(
    admin_client: Client, experiment: Experiment
) -> None:
    shown = page(admin_client, experiment)
    assert "Keep running: too early to say" in shown
    assert 'id="lift"' not in shown


def test_page__with_looks__then_the_verdict_its_worth_and_every_look(
    admin_client: Client, experiment: Experiment
) -> None:
    ends = [(None, None), (-0.01, 0.07), (0.025, 0.075)]
    for day, (low, high) in enumerate(ends):
        Look.objects.create(
            experiment=experiment, day=(NOW + timedelta(days=day)).date(), looked_at=NOW,
            treated=2_000, holdout=2_000, information=4_000 + day, spent=0.001 * day,
            bound=None if low is None else 2.5, estimate=0.05, z=5.0, low=low, high=high,
            money=500.0, money_low=250.0, money_high=750.0,
        )  # fmt: skip
    shown = page(admin_client, experiment)
    assert "Ship it: of 100 people, +5.0 more reach the goal (between +2.5 and +7.5)." in shown
    assert "100 (between 50 and 150)" in shown  # people
    assert "¥10,000 (between ¥5,000 and ¥15,000)" in shown
    assert shown.count('<tr><th scope="row">20') == 3 + 2  # three looks; in the log start and end
    assert '"low": [null, ' in shown


def test_page__with_one_look__then_a_table_and_no_plot_of_a_single_point(
    admin_client: Client, experiment: Experiment
) -> None:
    Look.objects.create(
        experiment=experiment, day=NOW.date(), looked_at=NOW, treated=9, holdout=9, information=18,
        spent=0.05, estimate=0.01, z=0.1, is_last=True,
    )  # fmt: skip
    shown = page(admin_client, experiment)
    assert shown.count('<tr><th scope="row">20') == 1 + 2
    assert 'data-source="lift"' not in shown


def test_export__of_a_measured_experiment__then_its_sums_and_nobodys_name(
    admin_client: Client, experiment: Experiment, measured: Result
) -> None:
    answer = admin_client.get(reverse("admin:experiments_experiment_export", args=[experiment.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    told = answer.json()
    goal = told["result"]["metrics"][0]
    assert goal["arms"][1]["n"] == sum(row["n"] for row in goal["sums"] if row["arm"] == 1)
    assert told["result"]["exposed"] == measured.exposed
    assert not any(f'"p{i}"' in answer.content.decode() for i in range(40))


def test_export__for_whoever_may_not_look__then_refused(
    client: Client, experiment: Experiment, django_user_model: type[User]
) -> None:
    client.force_login(django_user_model.objects.create_user("eve", is_staff=True))
    address = reverse("admin:experiments_experiment_export", args=[experiment.pk])
    assert client.get(address).status_code == 404
    assert client.post(reverse("admin:experiments_experiment_rule", args=[experiment.pk])
                       ).status_code == 404  # fmt: skip


def test_page__of_a_measured_experiment__then_arms_metrics_checks_and_log(
    admin_client: Client, experiment: Experiment, measured: Result
) -> None:
    experiment.allocation = {"shares": {"push": 1.0}, "judged": [
        {"policy": "push", "dr": {"value": 0.25, "low": 0.2, "high": 0.3, "effective": 300.0}},
        {"policy": "holdout", "dr": {"refused": "effective_sample", "effective": 42.0}},
    ]}  # fmt: skip
    experiment.save()
    shown = page(admin_client, experiment)
    assert "Split: did every arm get its share of people?" in shown
    assert "25.0% [20.0%, 30.0%]" in shown
    assert "cannot be told: worth 42 people only" in shown
    assert "Holdout 50 %, push 50 %" in shown  # in the log
    assert measured.holds is Holds.ALWAYS
    assert "hold whenever you look" in shown


def test_rule__said_with_a_reason__then_in_the_log_beside_what_was_said(
    admin_client: Client, experiment: Experiment
) -> None:
    address = reverse("admin:experiments_experiment_rule", args=[experiment.pk])
    admin_client.post(address, {"decision": "ship", "reason": ""})
    admin_client.post(address, {"decision": "sink", "reason": "why not"})
    assert not experiment.rulings.exists()
    admin_client.post(address, {"decision": "ship", "reason": "<b>Enough</b>"})
    ruling = experiment.rulings.get()
    assert (ruling.decision, ruling.verdict, ruling.ruled_by) == ("ship", "keep_running", "admin")
    shown = page(admin_client, experiment)
    assert "&lt;b&gt;Enough&lt;/b&gt;" in shown and "<b>Enough" not in shown
