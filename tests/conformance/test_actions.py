"""The laws of every action: composing twice is composing once; parameters are typed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from django.apps import apps

from campaigns.actions import ACTIONS, Action, Message, Refused
from campaigns.models import Ad, Delivery
from marketing.workspace.models import Workspace
from tests.campaigns.stage import COURSES, NOW, crowd, decided, draft, teach

every_member = pytest.mark.parametrize("name", list(ACTIONS))
# What a required parameter is in these tests, by its type.
REQUIRED: dict[object, object] = {int: 500, str: "spring"}
WRONG: dict[object, tuple[object, ...]] = {
    int: ("500", 1.5, None, [1], {}, True), str: (5, None, ["a"], {}, True),
}  # fmt: skip
KINDS = {msgspec.inspect.IntType: int, msgspec.inspect.StrType: str}


def fields(name: str) -> tuple[msgspec.inspect.Field, ...]:
    described = msgspec.inspect.type_info(ACTIONS.get(name))
    assert isinstance(described, msgspec.inspect.StructType)
    return described.fields


def parameters(name: str) -> dict[str, Any]:
    return {each.name: REQUIRED[KINDS[type(each.type)]] for each in fields(name) if each.required}


def action(name: str) -> Action:
    return msgspec.convert(parameters(name), ACTIONS.get(name))


@pytest.fixture
def delivery(workspace: Workspace) -> Delivery:
    """Of somebody who can get anything: there are ads, courses and a ranker."""
    Ad.objects.create(key="spring", title="Spring")
    teach([list(COURSES)] * 3)
    crowd(1)
    return decided(draft(), workspace)[0]


@pytest.fixture
def bare(workspace: Workspace) -> Delivery:
    """Of somebody for whom there is nothing."""
    teach([[]], courses=())
    crowd(1)
    return decided(draft(), workspace)[0]


def rows() -> dict[str, list[object]]:
    """Everything that the database holds."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
    }


@every_member
def test_action__composed_twice__then_as_once(name: str, delivery: Delivery) -> None:
    first = action(name).compose(delivery, NOW)
    written = rows()
    assert action(name).compose(delivery, NOW) == first
    assert rows() == written


@every_member
def test_action__composed__then_carries_the_deliverys_id(name: str, delivery: Delivery) -> None:
    message = action(name).compose(delivery, NOW)
    assert type(message) is Message
    assert message.key == str(delivery.pk)
    assert message.title
    assert all(isinstance(value, str) for value in message.extra.values())


@every_member
def test_action__nothing_there_for_this_person__then_a_message_or_refused(
    name: str, bare: Delivery
) -> None:
    answer = action(name).compose(bare, NOW)
    assert type(answer) in (Message, Refused)
    if isinstance(answer, Refused):
        assert answer.code.isidentifier()


@every_member
def test_action__unknown_parameter__then_refused(name: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert({**parameters(name), "nonsense": 1}, ACTIONS.get(name))


@every_member
def test_action__parameter_of_another_type__then_refused(name: str) -> None:
    for each in fields(name):
        for wrong in WRONG[KINDS[type(each.type)]]:
            with pytest.raises(msgspec.ValidationError):
                msgspec.convert({**parameters(name), each.name: wrong}, ACTIONS.get(name))


@every_member
def test_action__kept_as_json__then_comes_back_equal(name: str) -> None:
    kept = msgspec.json.encode(action(name))
    assert msgspec.json.decode(kept, type=ACTIONS.get(name)) == action(name)


@every_member
def test_action__any__then_costs_whole_cents_and_is_named_in_both_languages(name: str) -> None:
    cost = action(name).cost_cents()
    assert isinstance(cost, int) and cost >= 0
    label = ACTIONS.get(name).label
    assert label.en and label.zh and label.en != label.zh


@pytest.mark.parametrize("wrong", [{"value_cents": -1}, {"valid_days": 0}, {"valid_days": -3}])
def test_issue_coupon__worth_or_life_below_nothing__then_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"value_cents": 500, **wrong}, ACTIONS.get("issue_coupon"))
