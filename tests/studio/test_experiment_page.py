"""An experiment's page: its verdict, its looks, and no campaign needed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketing.experiments.models import Experiment, Look
from marketing.experiments.services import Plan, define
from marketing.kernel.text import Text
from tests.campaigns.stage import NOW


@pytest.fixture
def experiment(admin_client: Client) -> Experiment:
    arms, weights = ("holdout", "push"), (0.5, 0.5)
    return define(
        "spring", Text("Spring", "春"), arms, weights, Plan(goal=("Order Completed", 7)), NOW
    )


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
