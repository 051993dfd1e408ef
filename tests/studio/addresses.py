"""Every address of the studio, read from the admin site's own registry."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from marketing.experiments.models import Experiment
from marketing.imports.models import Import
from marketing.studio.insights import pages
from recommender.models import InsightAnswer, LearnedModel
from segments.models import Learning, Segment
from tests.studio import stage


@dataclass(frozen=True)
class Address:
    name: str
    path: str


def own() -> list[Address]:
    """Pages that are about no table, or more than a form."""
    names = ["index", "password_change", "password_change_done"]
    found = [Address(name, reverse(f"admin:{name}")) for name in names]
    found.append(
        Address("result", reverse("admin:campaigns_campaign_result", args=[stage.campaign().pk]))
    )
    found.append(Address("data quality", reverse("admin:events_eventtype_quality")))
    for page in ("rfm", "lifecycle", "overlap"):
        found.append(Address(f"segments {page}", reverse(f"admin:segments_segment_{page}")))
    rfm = reverse("admin:segments_segment_rfm")
    found.append(Address("segments rfm region", f"{rfm}?region=potential_loyalists"))
    why = reverse("admin:segments_segment_why", args=[Segment.objects.get(key="new").pk])
    found.append(Address("why", f"{why}?person={stage.person().external_id}"))
    found.append(Address("erase", reverse("admin:people_person_erase", args=[stage.person().pk])))
    found.append(Address("search", reverse("admin:search") + "?s=camp"))
    found += [
        Address(f"insight {name}", reverse("admin:recommender_insightanswer_page", args=[name]))
        for name in pages()
    ]
    found += [
        Address(f"asked {row.pk}", _path(InsightAnswer, "change", row.pk))
        for row in InsightAnswer.objects.all()
    ]
    for row in Import.objects.all():
        found.append(Address(f"import {row.pk}", _path(Import, "change", row.pk)))
        found.append(Address(f"import {row.pk} state", _path(Import, "state", row.pk)))
    found += [
        Address(f"ask {task}", reverse("admin:segments_learning_ask", args=[task]))
        for task in ("groups", "lookalike", "rule")
    ]
    found += [Address(name, reverse(f"admin:segments_segment_{name}")) for name in
              ("snapshot", "list")]  # fmt: skip
    found += [Address(f"discovery {row.pk}", _path(Learning, "change", row.pk))
              for row in Learning.objects.all()]  # fmt: skip
    found += [Address(f"segment {row.key}", _path(Segment, "change", row.pk))
              for row in Segment.objects.exclude(kind="dynamic")]  # fmt: skip
    labels = sorted({model._meta.app_label for model in admin.site._registry})
    return found + [
        Address(f"app {label}", reverse("admin:app_list", args=[label])) for label in labels
    ]


def lists() -> list[Address]:
    return [Address(f"{_name(m)} list", _path(m, "changelist")) for m in admin.site._registry]


def forms() -> list[Address]:
    """The first row's form or page, its history, its deletion; and the empty form."""
    found = []
    for model in admin.site._registry:
        found.append(Address(f"{_name(model)} add", _path(model, "add")))
        row = _row(model)
        if row is not None:
            found += [
                Address(f"{_name(model)} {page}", _path(model, page, row.pk))
                for page in ("change", "history", "delete")
            ]
    for each in [*LearnedModel.objects.all(), *Experiment.objects.all()]:
        found.append(Address(f"{each}", _path(type(each), "change", each.pk)))
    return found


def every() -> list[Address]:
    return own() + lists() + forms()


def changes() -> list[Address]:
    """What moves something: POST only."""
    sale = stage.campaign().pk
    model = LearnedModel.objects.all()[0].pk
    moves = [
        Address(verb, reverse("admin:campaigns_campaign_move", args=[sale, verb]))
        for verb in ("launch", "pause", "end")
    ]
    row = Import.objects.filter(phase="check").first()
    assert row is not None
    moves += [
        Address(verb, _path(Import, "move", row.pk, verb))
        for verb in ("look", "check", "run", "stop", "go_on", "discard")
    ]
    moves.append(Address("live", _path(Import, "live", row.pk)))
    moves.append(Address("accept", reverse("admin:segments_learning_accept", args=[
        Learning.objects.filter(state="done")[0].pk])))  # fmt: skip
    moves.append(Address("list change", reverse("admin:segments_segment_list_change", args=[
        Segment.objects.get(key="vip").pk])))  # fmt: skip
    promote = Address("promote", reverse("admin:recommender_learnedmodel_promote", args=[model]))
    return [*moves, promote, Address("logout", reverse("admin:logout"))]


def _row(model: type[Model]) -> Model | None:
    if model._meta.model_name == "person":
        return stage.person()
    if model._meta.model_name == "campaign":
        return stage.campaign()
    return model._default_manager.order_by("pk").first()


def _name(model: type[Model]) -> str:
    return f"{model._meta.label}"


def _path(model: type[Model], page: str, *args: object) -> str:
    label, name = model._meta.app_label, model._meta.model_name
    return reverse(f"admin:{label}_{name}_{page}", args=args)
