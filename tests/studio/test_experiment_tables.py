"""Programmes, layers and metrics as screens."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Campaign, Programme
from marketing.experiments.metrics import METRICS
from marketing.experiments.models import Layer, MetricDefinition
from marketing.people.models import Person
from tests.campaigns.stage import NOW, draft
from tests.messages import identify

METRIC = {"name": "Refunds", "key": "refunds", "kind": "conversion", "event": "Order Refunded",
          "from_day": 0, "days": 14, "role": "guardrail", "margin_percent": 5}  # fmt: skip


def path(model: type[Any], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_global_programme__then_it_can_be_changed_and_never_deleted(admin_client: Client) -> None:
    everything = Programme.objects.get(is_global=True)
    change, delete = (path(Programme, page, everything.pk) for page in ("change", "delete"))
    assert 'name="key"' not in shown(admin_client, change)
    said = {"name": "All", "key": "another", "holdout_percent": 2, "goal_event": "Order Completed",
            "goal_days": 28, "planned_days": 90}  # fmt: skip
    assert admin_client.post(change, said).status_code == 302
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [everything.pk], "post": "yes"}
    admin_client.post(path(Programme, "changelist"), bulk)
    everything.refresh_from_db()
    assert (everything.key, everything.holdout_percent) == ("everything", 2)


def test_programme__with_campaigns__then_kept_and_without_any_deleted(
    admin_client: Client,
) -> None:
    winter = Programme.objects.create(key="winter", name="Winter")
    campaign = draft("sale", programme=winter)
    admin_client.post(path(Programme, "delete", winter.pk), {"post": "yes"})
    assert Programme.objects.filter(key="winter").exists()
    campaign.programme = None
    campaign.save()
    admin_client.post(path(Programme, "delete", winter.pk), {"post": "yes"})
    assert not Programme.objects.filter(key="winter").exists()


def test_programmes__then_the_list_counts_their_campaigns(admin_client: Client) -> None:
    winter = Programme.objects.create(key="winter", name="Winter")
    for i in range(3):
        draft(f"c{i}", programme=winter if i else None, respects_global_holdout=i < 1)
    rows = admin_client.get(path(Programme, "changelist")).context["cl"].result_list
    assert {row.key: row.shown_n for row in rows} == {"everything": 1, "winter": 2}


def test_layer__then_the_list_says_how_much_of_it_is_taken(admin_client: Client) -> None:
    layer = Layer.objects.create(key="prices", name="Prices")
    Layer.objects.create(key="empty", name="Empty")
    for percent, status in ((30, "running"), (40, "draft"), (20, "ended")):
        draft(f"c{percent}", layer=layer, layer_percent=percent, status=status)
    page = admin_client.get(path(Layer, "changelist"))
    assert {row.key: row.row for row in page.context["cl"].result_list} == {
        "prices": (2, 70), "empty": (0, 0),
    }  # fmt: skip
    assert 'name="key"' not in shown(admin_client, path(Layer, "change", layer.pk))
    assert 'name="key"' in shown(admin_client, path(Layer, "add"))


def test_metric__then_its_kinds_are_the_members_of_the_registry(admin_client: Client) -> None:
    answer = admin_client.get(path(MetricDefinition, "add"))
    choices = answer.context["adminform"].form.fields["kind"].choices
    assert [name for name, _label in choices] == list(METRICS)
    assert admin_client.post(path(MetricDefinition, "add"), METRIC).status_code == 302
    assert MetricDefinition.objects.get().kind == "conversion"
    wrong = admin_client.post(path(MetricDefinition, "add"), METRIC | {"kind": "nothing"})
    assert "kind" in wrong.context["adminform"].form.errors


def test_metric__of_a_kind_that_is_gone__then_the_list_still_says_which(
    admin_client: Client,
) -> None:
    MetricDefinition.objects.create(key="old", name="Old", kind="forgotten", event="Paid")
    assert "forgotten" in shown(admin_client, path(MetricDefinition, "changelist"))


def test_metric__that_a_campaign_looks_at__then_it_is_not_deleted(admin_client: Client) -> None:
    metric = MetricDefinition.objects.create(key="m", name="M", kind="revenue", event="Paid")
    campaign = draft("sale")
    campaign.metrics.add(metric)
    address = path(MetricDefinition, "delete", metric.pk)
    assert admin_client.post(address, {"post": "yes"}).status_code == 403
    campaign.metrics.clear()
    admin_client.post(address, {"post": "yes"})
    assert not MetricDefinition.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_campaign_form__with_many_testers__then_it_asks_no_more(
    language: str, admin_client: Client, send: Any
) -> None:
    campaign = draft("sale")
    admin_client.cookies["django_language"] = language
    send(*[identify(f"p{i}", NOW) for i in range(12)])
    people = list(Person.objects.filter(key__startswith="user:p"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            shown(admin_client, path(Campaign, "change", campaign.pk))
        return len(asked)

    variant = campaign.variants.get()
    campaign.testers.create(person=people[0], variant=variant)
    queries()
    few = queries()
    for person in people[1:]:
        campaign.testers.create(person=person, variant=variant)
    assert queries() == few <= 40
