"""A campaign's form: testers by the app's ids, arms that keep their places, its experiment."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, Programme, Variant
from marketing.experiments.models import Layer, MetricDefinition
from marketing.people.queries import by_external_id
from tests.campaigns.stage import NOW, draft, everybody
from tests.messages import identify

Fields = dict[str, Any]


@pytest.fixture
def campaign(admin_client: Client) -> Campaign:
    """A draft with two variants."""
    push = ("send_message", {"title": "Hello"})
    return draft("spring", {"plain": push, "other": push}, holdout_percent=10)


def rows(prefix: str, *forms: Fields, initial: int = 0) -> Fields:
    found: Fields = {f"{prefix}-TOTAL_FORMS": len(forms), f"{prefix}-INITIAL_FORMS": initial}
    for i, form in enumerate(forms):
        found |= {f"{prefix}-{i}-{name}": value for name, value in form.items()}
    return found


def variant_rows(campaign: Campaign, **more: Fields) -> Fields:
    """As the form shows them; ``more``: by the variant's key, what is changed."""
    found = [
        {"id": each.pk, "campaign": campaign.pk, "name": each.name, "key": each.key,
         "weight": each.weight, "action": each.action, "p_title": "Hello"} | more.get(each.key, {})
        for each in campaign.variants.all()
    ]  # fmt: skip
    return rows("variants", *found, initial=len(found))


def saved(client: Client, campaign: Campaign, **fields: Any) -> Any:
    """The answer to the whole form, with these fields changed."""
    said = {
        "name": "Spring", "occasion": "schedule", "repeat_days": 0, "offset_days": 0,
        "holdout_percent": 10, "cooldown_days": 0, "goal_event": "Order Completed",
        "goal_days": 14, "layer_percent": 100, "allocation": "fixed", "method": "looks",
        "audience": json.dumps(everybody()), **variant_rows(campaign), **rows("testers"),
    }  # fmt: skip
    url = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    return client.post(url, said | fields)


def errors(answer: Any, inline: int) -> list[Any]:
    """Of a page that was sent back: of the fields of this inline, and of it as a whole."""
    assert answer.status_code == 200
    formset = answer.context["inline_admin_formsets"][inline].formset
    return [*formset.errors, *formset.non_form_errors()]


def test_tester__by_the_id_that_the_app_sends__then_that_person_and_variant(
    admin_client: Client, campaign: Campaign, send: Any
) -> None:
    send(identify("ann", NOW))
    other = campaign.variants.get(key="other")
    answer = saved(admin_client, campaign,
                   **rows("testers", {"user_id": " ann ", "variant": other.pk}))  # fmt: skip
    assert answer.status_code == 302
    tester = campaign.testers.get()
    assert (tester.person.key, tester.variant, tester.campaign) == ("user:ann", other, campaign)
    page = admin_client.get(reverse("admin:campaigns_campaign_change", args=[campaign.pk]))
    assert 'value="ann"' in page.content.decode()


def test_tester__when_another_person_is_written_over_them__then_it_is_the_other(
    admin_client: Client, campaign: Campaign, send: Any
) -> None:
    send(identify("ann", NOW), identify("bob", NOW))
    row = {"user_id": "ann", "variant": campaign.variants.all()[0].pk}
    saved(admin_client, campaign, **rows("testers", row))
    more = {"id": campaign.testers.get().pk, "campaign": campaign.pk, "user_id": "bob"}
    assert (
        saved(admin_client, campaign, **rows("testers", row | more, initial=1)).status_code == 302
    )
    assert campaign.testers.get().person.key == "user:bob"


def test_tester__whom_nobody_knows__then_the_field_says_so(
    admin_client: Client, campaign: Campaign
) -> None:
    row = {"user_id": "nobody", "variant": campaign.variants.all()[0].pk}
    found = errors(saved(admin_client, campaign, **rows("testers", row)), 1)
    assert found[0]["user_id"][0].startswith("Nobody has this id")
    assert not campaign.testers.exists()


def test_tester__twice_in_the_list__then_the_second_row_says_so(
    admin_client: Client, campaign: Campaign, send: Any
) -> None:
    send(identify("ann", NOW))
    row = {"user_id": "ann", "variant": campaign.variants.all()[0].pk}
    found = errors(saved(admin_client, campaign, **rows("testers", row, row)), 1)
    assert [*found[0], *found[1]] == ["user_id"]


def test_tester__with_a_variant_of_another_campaign__then_refused(
    admin_client: Client, campaign: Campaign, send: Any
) -> None:
    send(identify("ann", NOW))
    row = {"user_id": "ann", "variant": draft("autumn").variants.get().pk}
    assert "variant" in errors(saved(admin_client, campaign, **rows("testers", row)), 1)[0]


def test_variant__of_a_launched_campaign__when_deleted__then_advised_to_set_its_weight_to_0(
    admin_client: Client, campaign: Campaign
) -> None:
    gone = variant_rows(campaign, other={"DELETE": "on"})
    Campaign.objects.update(launched_at=NOW)
    found = errors(saved(admin_client, campaign, **gone), 0)
    assert "Set the weight to 0 instead" in found[-1]
    assert Variant.objects.count() == 2
    aside = variant_rows(campaign, other={"weight": 0})
    assert saved(admin_client, campaign, **aside).status_code == 302
    assert campaign.variants.get(key="other").weight == 0


def test_variant__of_a_launched_campaign__when_renamed__then_its_key_stays_an_arms_name(
    admin_client: Client, campaign: Campaign
) -> None:
    renamed = variant_rows(campaign, other={"key": "renamed", "name": "Another"})
    Campaign.objects.update(launched_at=NOW)
    assert saved(admin_client, campaign, **renamed).status_code == 302
    assert campaign.variants.get(key="other").name == "Another"


def test_variant__of_a_draft__when_deleted__then_gone(
    admin_client: Client, campaign: Campaign
) -> None:
    gone = variant_rows(campaign, other={"DELETE": "on"})
    assert saved(admin_client, campaign, **gone).status_code == 302
    assert [each.key for each in campaign.variants.all()] == ["plain"]


def test_variants__all_of_weight_0__then_refused(admin_client: Client, campaign: Campaign) -> None:
    none = variant_rows(campaign, other={"weight": 0}, plain={"weight": 0})
    found = errors(saved(admin_client, campaign, **none), 0)
    assert found[-1] == "At least one variant needs a weight above 0."


def test_campaign__with_a_planned_experiment__then_kept_as_chosen(
    admin_client: Client, campaign: Campaign
) -> None:
    programme = Programme.objects.create(key="winter", name="Winter")
    layer = Layer.objects.create(key="prices", name="Prices")
    metric = MetricDefinition.objects.create(key="m", name="M", kind="revenue", event="Paid")
    chosen = {"programme": programme.pk, "layer": layer.pk, "layer_percent": 40, "method": "fixed",
              "goal_metric": metric.pk, "metrics": [metric.pk], "planned_days": 21,
              "respects_global_holdout": "on"}  # fmt: skip
    assert saved(admin_client, campaign, **chosen).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.programme, campaign.layer, campaign.layer_percent) == (programme, layer, 40)
    assert (campaign.goal_metric, list(campaign.metrics.all())) == (metric, [metric])
    assert (campaign.method, campaign.planned_days, campaign.version) == ("fixed", 21, 2)
    assert campaign.respects_global_holdout


def test_campaign__that_asks_more_of_a_layer_than_is_left__then_refused_with_what_is_left(
    admin_client: Client, campaign: Campaign
) -> None:
    layer = Layer.objects.create(key="prices", name="Prices")
    draft("other", layer=layer, layer_percent=70)
    draft("over", layer=layer, layer_percent=30, status="ended")
    answer = saved(admin_client, campaign, layer=layer.pk, layer_percent=31)
    assert answer.context["adminform"].form.errors["layer_percent"] == ["The layer has 30 % left."]
    assert saved(admin_client, campaign, layer=layer.pk, layer_percent=30).status_code == 302


def test_campaign__told_apart_by_nothing__then_a_contextual_allocation_is_refused(
    admin_client: Client, campaign: Campaign
) -> None:
    answer = saved(admin_client, campaign, allocation="contextual")
    form = answer.context["adminform"].form
    assert list(form.errors) == ["allocation_reads"]
    # Its fields stand in a section that is folded away: with a mistake it is open.
    assert not any("collapse" in each.classes and each.is_collapsible
                   for each in answer.context["adminform"])  # fmt: skip


def test_campaign__contextual_without_a_holdout__then_refused(
    admin_client: Client, campaign: Campaign
) -> None:
    Campaign.objects.update(allocation_reads=["trait:gone"])
    chosen = {"allocation": "contextual", "allocation_reads": ["trait:gone"]}
    answer = saved(admin_client, campaign, **chosen, holdout_percent=0)
    assert list(answer.context["adminform"].form.errors) == ["holdout_percent"]


@pytest.mark.parametrize(("allocation", "status"), [("earn", 200), ("pick", 200), ("fixed", 302)])
def test_campaign__whose_goal_is_a_percentile__then_shares_do_not_follow_it(
    allocation: str, status: int, admin_client: Client, campaign: Campaign
) -> None:
    usual = MetricDefinition.objects.create(
        key="usual", name="Usual", kind="percentile", event="Paid", percentile=50
    )
    answer = saved(admin_client, campaign, allocation=allocation, goal_metric=usual.pk)
    assert answer.status_code == status
    if status == 200:
        assert list(answer.context["adminform"].form.errors) == ["goal_metric"]


def test_campaign__told_apart_by_a_column_that_is_gone__then_it_can_be_kept(
    admin_client: Client, campaign: Campaign
) -> None:
    Campaign.objects.update(allocation_reads=["trait:gone"], strata="trait:away")
    chosen = {"allocation": "contextual", "allocation_reads": ["trait:gone"],
              "strata": "trait:away"}  # fmt: skip
    assert saved(admin_client, campaign, **chosen).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.allocation_reads, campaign.strata) == (["trait:gone"], "trait:away")
    wrong = saved(admin_client, campaign, **chosen | {"strata": "trait:never"})
    assert "strata" in wrong.context["adminform"].form.errors


def test_campaign__for_who_may_only_look__then_its_testers_are_read(
    client: Client, campaign: Campaign, send: Any, django_user_model: Any
) -> None:
    send(identify("tester-77", NOW))
    person = by_external_id("tester-77")
    campaign.testers.create(person=person, variant=campaign.variants.all()[0])
    clerk = django_user_model.objects.create_user("clerk", password="long", is_staff=True)
    names = ("view_campaign", "view_variant", "view_tester")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("admin:campaigns_campaign_change", args=[campaign.pk]))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "tester-77" in page and 'name="testers-0-user_id"' not in page
