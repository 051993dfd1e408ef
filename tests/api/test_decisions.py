"""Why somebody got something, for the host's server and for the person."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from campaigns.models import Decision
from marketing.people.models import Identity
from marketing.workspace.models import Workspace
from tests.api.caller import Caller, json, problem
from tests.api.stage import of
from tests.campaigns.stage import decided, draft, person, points_at_least, publish

AtMost = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def decision(here: Workspace) -> Decision:
    ann, bob = person("ann"), person("bob")
    publish({ann.pk: 7.0, bob.pk: 8.0})
    decided(draft(audience=points_at_least(5)), here)
    return Decision.objects.get(person=ann)


def path(name: object) -> str:
    return f"/api/v1/decisions/{name}"


def test_decision__by_id_and_by_token__then_the_same(decision: Decision, server: Caller) -> None:
    by_id, by_token = (json(server.get(path(n))) for n in (decision.pk, decision.token))
    assert by_id == by_token
    assert (by_id["id"], by_id["token"]) == (decision.pk, str(decision.token))
    assert (by_id["person"], by_id["campaign"], by_id["outcome"]) == ("ann", "spring", "yes")
    assert by_id["variant"] == "plain"


def test_decision__explained__then_the_leaves_with_what_was_seen(
    decision: Decision, server: Caller
) -> None:
    said = json(server.get(path(decision.pk)))
    assert said["inputs"]["trait:points"] == 7.0
    (reason,) = said["reasons"]
    assert (reason["holds"], reason["seen"]) == (True, 7.0)
    assert "points" in reason["sentence"] and "5" in reason["sentence"]


def test_decision__asked_in_chinese__then_said_in_chinese(
    decision: Decision, server: Caller
) -> None:
    said = json(server.get(path(decision.pk), Accept_Language="zh-CN,zh;q=0.9"))
    assert said["said"] == "通过"
    assert json(server.get(path(decision.pk)))["said"] == "Yes"


def test_decision__ones_own_token__then_ok_and_anothers_is_not_there(decision: Decision) -> None:
    other = Decision.objects.exclude(pk=decision.pk).get()
    assert of("ann").get(path(decision.token)).status_code == 200
    problem(of("ann").get(path(other.token)), 404, "unknown_decision")
    problem(of("ann").get(path(other.pk)), 404, "unknown_decision")


@pytest.mark.parametrize(
    "name", ["0", "999999", "9" * 18, "9" * 30, "-1", "x", str(uuid.UUID(int=7)), "%00", "1.5", "٣"]
)
def test_decision__unknown__then_404(name: str, decision: Decision, server: Caller) -> None:
    problem(server.get(path(name)), 404, "unknown_decision")


def test_decision__of_somebody_first_seen_anonymously__then_theirs_to_read(
    decision: Decision,
) -> None:
    ann = decision.person
    ann.key = "anon:phone"  # as when the phone was seen before the log-in
    ann.save()
    Identity.objects.create(key="anon:phone", person=ann)
    assert of("ann").get("/api/v1/people/ann/inbox").status_code == 200
    assert of("ann").get(path(decision.token)).status_code == 200


def test_decision__of_an_anonymous_id_like_a_user_id__then_not_theirs_to_read(
    decision: Decision,
) -> None:
    ann = decision.person
    ann.key = "anon:mallory"
    ann.save()
    person("mallory")
    problem(of("mallory").get(path(decision.token)), 404, "unknown_decision")


def test_decision__asked_for__then_few_queries(
    decision: Decision, server: Caller, django_assert_max_num_queries: AtMost
) -> None:
    with django_assert_max_num_queries(8):
        server.get(path(decision.pk))
