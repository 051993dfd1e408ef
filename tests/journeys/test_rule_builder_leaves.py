"""Every other kind of condition as it is built: sequences, dates, labels, learning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.campaigns.stage import NOW
from tests.journeys.driver import MARKS, severe
from tests.journeys.rule_page import RulePage, same
from tests.messages import identify, track
from tests.studio.rule_stage import document

pytestmark = MARKS

CART = {
    "type": "sequence", "event": "Product Added", "window": {"days": 14}, "op": "gte", "value": 2,
    "where": [{"property": "content", "op": "eq", "value": "algebra"}],
    "then": {"step": {"events": ["Order Completed", "Course Enrolled"]}, "within_hours": 36,
             "negate": True},
}  # fmt: skip


@pytest.fixture
def learning(page: RulePage, workspace: Any, send: Callable[..., Any]) -> None:
    """A label with values, dates and versions, a catalogue of two contents and a concept."""
    from marketing import pipeline
    from marketing.catalog.models import Concept, Content
    from marketing.people.labels import give
    from marketing.people.models import Label, LabelGiven, Person

    for name, born in (("ann", "1996-02-29"), ("bob", "2001-06-13")):
        send(identify(name, NOW, born=born, app="3.10.2"))
    send(track("ann", "Product Added", NOW - timedelta(days=2), content="algebra"))
    pipeline.refresh(workspace, NOW)
    label = Label.objects.create(key="interests", name="Interests", name_zh="兴趣")
    people = Person.objects.values_list("pk", flat=True)[:3]
    for value in ("art", "python"):
        give(label, people, NOW, source=LabelGiven.Source.MANUAL, given_by="me", value=value)
    for key, title in (("algebra", "Algebra"), ("calculus", "Calculus")):
        Content.objects.create(external_id=key, title=title, lessons=4)
    Concept.objects.create(name="函数")


def leaf_of(page: RulePage, n: int) -> Any:
    return page.condition()["condition"]["all"][n]


def kind(page: RulePage, n: int, title: str) -> None:
    """Another criterion of the same family."""
    page.pick(page.leaf(n), "kind of condition", title)


def test_sequence__told_as_a_sentence__is_stored_as_the_language_says_it(
    page: RulePage, live_server: Any, learning: None
) -> None:
    page.open(live_server)
    page.add("Behaviour")
    kind(page, 0, "One after another")
    made = page.leaf(0)
    page.pick(made, "event", "Added to cart")
    page.summary("times of “Added to cart” not followed within 2 days by “Order completed”")
    first, second, time = made.find_elements("css selector", ".step")
    page.click(first.find_element("css selector", '[data-key$=":where/add"]'))
    page.pick(first, "property", "Content")
    page.write(first, "value", "algebra")
    page.click(second.find_element("css selector", '[data-key$="then/step/events/add"]'))
    names = second.find_elements("css selector", 'select[aria-label="event"]')
    page.pick_in(names[1], "Course enrolled (nothing of it yet)")
    page.pick(time, "unit", "hours")
    page.write(time, "within how long", "36")
    page.write(time, "how long", "14")
    page.write(time, "value", "2")
    page.until(lambda: same(page.condition(), document(CART)))
    page.pick(second, "what followed", "then did")
    assert leaf_of(page, 0)["then"]["negate"] is False
    page.write(time, "within how long", "0")
    page.until(lambda: "Such a time cannot be" in page.leaf(0).text)
    assert severe(page.browser) == []


def test_attribute__that_holds_dates__is_compared_as_a_date_first(
    page: RulePage, live_server: Any, learning: None
) -> None:
    page.open(live_server)
    page.add("Attribute")
    made = page.leaf(0)
    page.pick(made, "Attribute", "born")
    groups = made.find_elements("css selector", 'select[aria-label="comparison"] optgroup')
    assert [each.get_attribute("label") for each in groups] == ["as a date", "as any text"]
    page.pick(made, "comparison", "has its anniversary within the next … days")
    page.write(made, "value", "3")
    page.panel("1\n8.3% of all people")
    page.pick(made, "comparison", "is before")
    page.browser.execute_script(
        "arguments[0].value = '2000-01-01'; arguments[0].dispatchEvent(new Event('input'))",
        made.find_element("css selector", "input[type=date]"),
    )
    page.until(lambda: leaf_of(page, 0)["value"] == "2000-01-01")
    page.panel("1\n8.3% of all people")
    page.pick(made, "Attribute", "city")
    assert not made.find_elements("css selector", 'select[aria-label="comparison"] optgroup')
    page.pick(made, "Attribute", "app")
    page.pick(made, "comparison", "is version … or later")
    page.write(made, "value", "3.9")
    page.panel("2\n17% of all people")


def test_label_and_subscription__are_chosen_from_what_there_is(
    page: RulePage, live_server: Any, learning: None
) -> None:
    page.open(live_server)
    page.add("Attribute")
    kind(page, 0, "Label")
    made = page.leaf(0)
    page.panel("3\n25% of all people")
    page.pick(made, "comparison", "has all of the values")
    made.find_element("css selector", ".values input").send_keys("art\npython\n")
    page.panel("3\n25% of all people")
    assert leaf_of(page, 0) == {
        "type": "label", "name": "interests", "op": "has_all", "value": ["art", "python"],
    }  # fmt: skip
    page.add("Attribute")
    kind(page, 1, "Subscription")
    state = page.leaf(1)
    page.pick(state, "value", "in the grace period")
    assert leaf_of(page, 1)["value"] == "grace"
    page.pick(state, "comparison", "is one of")
    page.pick(state, "Add to values", "refunded")
    assert leaf_of(page, 1)["value"] == ["grace", "refunded"]
    page.summary("subscription state is one of “in the grace period”, “refunded”")
    page.pick(page.leaf(1), "Subscription", "days to renewal")
    page.pick(page.leaf(1), "comparison", "is at most")
    page.write(page.leaf(1), "value", "3")
    assert leaf_of(page, 1) == {
        "type": "subscription", "field": "days_to_renewal", "op": "lte", "value": 3,
    }  # fmt: skip
    page.panel("0\n0% of all people")


def test_content__among_more_than_are_listed__is_searched_by_its_title(
    page: RulePage, live_server: Any, learning: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from selenium.webdriver.common.keys import Keys

    from marketing.studio.rules import catalogue

    monkeypatch.setattr(catalogue, "_LISTED", 1)
    page.open(live_server)
    page.add("Learning")
    made = page.leaf(0)
    page.pick(made, "progress in", "Search…")
    page.until(lambda: page.active.tag_name == "input")
    page.keys(*"calc")
    page.until(lambda: made.find_elements("css selector", 'datalist option[value="Calculus"]'))
    page.keys(*"ulus", Keys.ENTER)
    page.until(lambda: leaf_of(page, 0)["content"] == "calculus")
    page.panel("counted within a minute of saving")
    assert leaf_of(page, 0) == {
        "type": "content_progress", "content": "calculus", "op": "gte", "value": 0.5,
    }  # fmt: skip
    for title in ("Stalled", "Affinity to a concept"):
        kind(page, 0, title)
    assert leaf_of(page, 0)["concept"] == "函数"
    page.summary("affinity to “函数” in the last 90 days is at least 0.3")
    assert severe(page.browser) == []


def test_number__that_is_a_text__is_compared_as_one(
    page: RulePage, live_server: Any, learning: None
) -> None:
    page.open(live_server)
    page.add("Behaviour")
    page.pick(page.leaf(0), "event", "Order completed")
    page.pick(page.leaf(0), "what they did", "most frequent")
    page.pick(page.leaf(0), "property", "Category")
    page.write(page.leaf(0), "value", "art")
    assert leaf_of(page, 0) == {
        "type": "event", "function": "mode", "event": "Order Completed", "property": "category",
        "window": {"days": 30}, "op": "eq", "value": "art",
    }  # fmt: skip
    page.panel("counted within a minute of saving")
