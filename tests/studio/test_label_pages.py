"""Labels in the studio: rules in the label's form, by hand on a person's page and in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

    from marketing.people.models import Label

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def vip(studio: Client) -> Label:
    from marketing.people.models import Label

    return Label.objects.create(key="vip", name="VIP", name_zh="重要客户")


def form(
    label: Label, *rules: dict[str, Any], initial: int = 0, part: str = "rules"
) -> dict[str, Any]:
    sent: dict[str, Any] = {"name": label.name, "name_zh": label.name_zh, "description": ""}
    for each in ("rules", "learned"):
        sent |= {f"{each}-TOTAL_FORMS": 0, f"{each}-INITIAL_FORMS": 0}
    sent |= {f"{part}-TOTAL_FORMS": len(rules), f"{part}-INITIAL_FORMS": initial}
    for i, rule in enumerate(rules):
        sent |= {f"{part}-{i}-label": label.pk}
        sent |= {f"{part}-{i}-{name}": value for name, value in rule.items()}
    return sent


def change(label: Label) -> str:
    return reverse("admin:people_label_change", args=[label.pk])


def test_rules__added_switched_off_and_removed__then_the_worker_gives_and_takes(
    studio: Client, vip: Label
) -> None:
    from marketing.people.models import LabelGiven
    from segments import labelling
    from segments.models import LabelRule, Segment
    from tests.campaigns.stage import NOW

    members = Segment.objects.filter(versions__size__gt=0).first()
    assert members is not None
    rule = {"segment": members.pk, "value": "gold", "active": "on"}
    assert studio.post(change(vip), form(vip, rule)).status_code == 302
    labelling.follow(NOW)
    given = LabelGiven.objects.filter(label=vip, value="gold").count()
    assert given == members.versions.all()[0].size > 0
    page = studio.get(reverse("admin:people_label_changelist")).content.decode()
    assert f"gold <b>{given}</b>" in page
    pk = LabelRule.objects.get().pk
    off = {"id": pk, "segment": members.pk, "value": "gold"}
    assert studio.post(change(vip), form(vip, off, initial=1)).status_code == 302
    row = LabelRule.objects.get()
    assert (row.active, row.applied is not None) == (False, True)  # how far it came is kept
    labelling.follow(NOW)
    assert not LabelGiven.objects.exists()
    gone = off | {"DELETE": "on"}
    assert studio.post(change(vip), form(vip, gone, initial=1)).status_code == 302
    assert LabelRule.objects.get().is_leaving
    labelling.follow(NOW)
    assert not LabelRule.objects.exists()


def test_learned__chosen_in_the_form__then_people_carry_it_and_the_form_says_from_what(
    studio: Client, vip: Label
) -> None:
    from django.contrib.admin import site

    from marketing.people.labels import give
    from marketing.people.models import LabelGiven
    from marketing.studio.admin.labels import LearnedLabelInline
    from segments.models import LabelRule, Segment
    from tests.campaigns.stage import NOW
    from tests.studio import stage

    written = Segment.objects.filter(versions__size__gt=0, learning=None).first()
    learned = Segment.objects.filter(kind=Segment.Kind.LEARNED).first()
    assert written is not None and learned is not None
    for part, other in (("learned", written), ("rules", learned)):  # each offers its own only
        sent = form(vip, {"segment": other.pk, "active": "on"}, part=part)
        assert studio.post(change(vip), sent).status_code == 200
    sent = form(vip, {"segment": learned.pk, "value": "a", "active": "on"}, part="learned")
    assert studio.post(change(vip), sent).status_code == 302
    assert LabelRule.objects.get().segment == learned
    source = LabelGiven.Source.LEARNED
    give(vip, [stage.person().pk], NOW, source=source, given_by=learned.key, value="a")
    page = studio.get(change(vip)).content.decode()
    assert f"Groups {NOW:%Y-%m-%d}" in page
    assert LearnedLabelInline(vip, site).carried(LabelRule.objects.get()) == "1"


def test_rules__of_a_segment_that_reads_the_label__are_refused(studio: Client, vip: Label) -> None:
    from segments.models import LabelRule, Segment

    leaf = {"not": {"type": "label", "name": "vip"}}
    circular = Segment.objects.create(
        key="circular", name="c", condition={"version": 1, "condition": leaf}
    )
    answer = studio.post(change(vip), form(vip, {"segment": circular.pk, "active": "on"}))
    assert answer.status_code == 200
    assert not LabelRule.objects.exists()


def test_person__given_and_taken_by_hand__then_shown_with_source_and_logged(
    studio: Client, vip: Label
) -> None:
    from django.contrib.admin.models import LogEntry

    from marketing.people.models import LabelGiven
    from tests.studio import stage

    person = stage.person()
    give = reverse("admin:people_person_give", args=[person.pk])
    page = studio.post(give, {"label": vip.pk, "value": "<b>"}, follow=True).content.decode()
    row = LabelGiven.objects.get()
    assert (row.source, row.given_by, row.value) == ("manual", "operator", "<b>")
    assert "VIP · &lt;b&gt;" in page
    assert studio.get(give).status_code == 405
    studio.post(reverse("admin:people_person_take", args=[person.pk, row.pk]))
    assert not LabelGiven.objects.exists()
    said = list(LogEntry.objects.values_list("object_repr", "change_message")[:2])
    assert said == [(f"#{person.pk}", "label taken: vip <b>"),
                    (f"#{person.pk}", "label given: vip <b>")]  # fmt: skip


def test_person__what_a_rule_gave__cannot_be_taken_by_hand(studio: Client, vip: Label) -> None:
    from marketing.people.labels import give
    from marketing.people.models import LabelGiven
    from tests.campaigns.stage import NOW
    from tests.studio import stage

    person = stage.person()
    give(vip, [person.pk], NOW, source=LabelGiven.Source.RULE, given_by="s")
    take = reverse("admin:people_person_take", args=[person.pk, LabelGiven.objects.get().pk])
    assert studio.post(take).status_code == 404
    assert LabelGiven.objects.exists()
    assert studio.get(reverse("admin:people_label_delete", args=[vip.pk])).status_code == 403


def test_list__action_on_the_chosen__then_asked_which_and_given_to_them(
    studio: Client, vip: Label
) -> None:
    from marketing.people.models import LabelGiven, Person

    chosen = list(Person.objects.order_by("pk").values_list("pk", flat=True)[:3])
    people = reverse("admin:people_person_changelist")
    sent = {"action": "give_label", "_selected_action": chosen}
    page = studio.post(people, sent)
    assert page.status_code == 200
    assert not LabelGiven.objects.exists()
    studio.post(people, sent | {"label": vip.pk, "value": ""})
    assert sorted(LabelGiven.objects.values_list("person_id", flat=True)) == chosen


def test_hands__without_the_permission__give_and_take_nothing(
    studio: Client, vip: Label, django_user_model: type[User]
) -> None:
    from django.contrib.auth.models import Permission

    from marketing.people.models import LabelGiven
    from tests.studio import stage

    looker = django_user_model.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_person"))
    studio.force_login(looker, backend=BACKEND)
    person = stage.person()
    give = reverse("admin:people_person_give", args=[person.pk])
    assert studio.post(give, {"label": vip.pk}).status_code == 404
    sent = {"action": "give_label", "_selected_action": [person.pk], "label": vip.pk}
    studio.post(reverse("admin:people_person_changelist"), sent)
    assert not LabelGiven.objects.exists()
