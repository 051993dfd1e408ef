"""An operator builds the condition of a segment: with the mouse, with keys alone, with mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.campaigns.stage import NOW
from tests.journeys.driver import MARKS, severe
from tests.journeys.rule_page import RulePage, same
from tests.studio.rule_stage import LEARNERS, PICTURE, at_risk, in_picture

if TYPE_CHECKING:
    from marketing.workspace.models import Workspace
    from segments.models import Segment

pytestmark = MARKS
SENTENCE = (
    "number of “Order completed” where “Category” = “python” in the last 90 days is at least 1"
    " and (city is one of “Shanghai”, “Hangzhou” or Churn risk is at least 0.4)"
    " and not (number of “Lesson completed” in the last 14 days is at least 1)"
)
ZH = "且（city属于“Shanghai”、“Hangzhou”，或流失风险分至少为0.4）"


def segment() -> Segment:
    from segments.models import Segment

    return Segment.objects.get(key="drifting")


def named(page: RulePage) -> None:
    for name, text in (("name", "Python buyers drifting away"), ("key", "drifting")):
        field = page.browser.find_element("name", name)
        field.clear()
        field.send_keys(text)


def test_builder__with_the_mouse__builds_saves_and_shows_the_picture_s_condition(
    page: RulePage, live_server: Any, workspace: Workspace
) -> None:
    from marketing import pipeline

    page.open(live_server)
    page.panel("100% of all people")
    named(page)
    build_with_the_mouse(page)
    page.panel("counted within a minute of saving")
    page.summary(SENTENCE)
    assert same(page.condition(), PICTURE)
    page.save()
    assert same(segment().condition, PICTURE)

    pipeline.refresh(workspace, NOW)
    page.open(live_server, f"{segment().pk}/change/")
    inside = [each.name for each in LEARNERS if in_picture(each)]
    page.panel(f"{len(inside)}\n{round(100 * len(inside) / 12)}% of all people")
    assert [each.text for each in page.every(".who a")] == inside
    page.summary(SENTENCE)
    assert chips(page) == ["AND", "OR", "AND"]
    shown = page.browser.find_element("css selector", ".zx-kpi-value").text
    assert shown.startswith(str(len(inside))), "the refresh says the same"
    assert same(page.condition(), PICTURE)
    in_chinese(page, live_server, len(inside))
    assert severe(page.browser) == []


def build_with_the_mouse(page: RulePage) -> None:
    page.add("Behaviour")
    order = page.leaf(0)
    page.pick(order, "event", "Order completed")
    page.write(order, "how long", "90")
    page.click(next(each for each in order.find_elements("css selector", ".add")
                    if "add filter" in each.text))  # fmt: skip
    where = page.leaf(0).find_element("css selector", '[aria-label="Filter 1"]')
    page.pick(where, "property", "Category")
    page.pick(where, "comparison", "is")
    page.write(where, "value", "python")

    page.add("Add group")
    assert "nobody is meant" in page.one(".group .group .empty").text
    page.add("Attribute", group=1)
    city = page.leaf(1)
    page.pick(city, "Attribute", "city")
    page.pick(city, "comparison", "is one of")
    city.find_element("css selector", ".values input").send_keys("Shanghai\nHangzhou\n")
    page.add("AI score", group=1)
    page.pick(page.leaf(2), "Score", "Churn risk")
    page.write(page.leaf(2), "value", "0.4")

    page.add("Behaviour")
    lesson = page.leaf(3)
    page.pick(lesson, "what they did", "did not do")
    page.pick(lesson, "event", "Lesson completed")
    page.write(lesson, "how long", "14")


def chips(page: RulePage) -> list[str]:
    return [each.text for each in page.every(".joint")]


def in_chinese(page: RulePage, live_server: Any, inside: int) -> None:
    page.browser.add_cookie({"name": "django_language", "value": "zh-hans"})
    page.open(live_server, f"{segment().pk}/change/")
    page.summary(ZH)
    page.panel(f"{inside}\n占全部用户的")
    assert chips(page) == ["且", "或", "且"]
    said = page.one(".group .adds").text
    assert "行为" in said and "添加条件组" in said
    labels = {each.get_attribute("aria-label") for each in page.every("button, select, input")}
    assert not [label for label in labels if label and label.isascii()], "every name is Chinese"
    page.browser.delete_cookie("django_language")


def test_builder__with_keys_alone__builds_the_same(page: RulePage, live_server: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    page.open(live_server)
    page.browser.find_element("name", "name").send_keys("Python buyers drifting away")
    page.fill("key", "drifting")
    page.tab_to("Add to Whole condition: Behaviour")
    page.keys(Keys.ENTER)
    page.until(lambda: page.active.get_attribute("aria-label") == "what they did")
    page.choose("event", "Order completed")
    page.fill("how long", "90")
    page.tab_to("add filter")
    page.keys(Keys.ENTER)
    page.tab_to("property", back=True)
    page.down_to("Category")
    page.fill("value", "python")

    page.tab_to("Add to Whole condition: Add group")
    page.keys(Keys.ENTER)
    page.tab_to("Add to 2: Attribute")
    page.keys(Keys.ENTER)
    page.until(lambda: page.active.get_attribute("aria-label") == "Attribute")
    page.down_to("city")
    page.choose("comparison", "is one of")
    page.tab_to("Add to values")
    page.keys("Shanghai", Keys.ENTER, "Hangzhou", Keys.ENTER)
    page.tab_to("Add to 2: AI score")
    page.keys(Keys.ENTER)
    page.until(lambda: page.active.get_attribute("aria-label") == "Score")
    page.down_to("Churn risk")
    page.fill("value", "0.4")

    page.tab_to("Add to Whole condition: Behaviour")
    page.keys(Keys.ENTER)
    page.until(lambda: page.active.get_attribute("aria-label") == "what they did")
    page.down_to("did not do")
    page.choose("event", "Lesson completed")
    page.fill("how long", "14")
    page.until(lambda: same(page.condition(), PICTURE))
    move_duplicate_and_delete(page)
    page.tab_to("_continue")
    form = page.browser.find_element("id", "segment_form")
    page.keys(Keys.ENTER)
    page.until(lambda: page.browser.find_element("id", "segment_form") != form)
    assert same(segment().condition, PICTURE)
    assert severe(page.browser) == []


def move_duplicate_and_delete(page: RulePage) -> None:
    """Whatever is done, the focus and the voice say where one is."""
    from selenium.webdriver.common.keys import Keys

    def heard(text: str) -> None:
        page.until(lambda: text in page.one("[role=status]").get_attribute("textContent"))

    page.tab_to("Move up: Condition 3")
    page.keys(Keys.ENTER)
    heard("Moved to 2.3.")
    assert page.active.get_attribute("aria-label") == "Move up: Condition 2.3"
    page.keys(Keys.TAB, Keys.ENTER)
    heard("Moved to 3.")
    page.tab_to("Duplicate: Condition 3")
    page.keys(Keys.ENTER)
    heard("Duplicated.")
    assert len(page.every(".leaf")) == 5
    page.tab_to("Delete: Condition 4")
    page.keys(Keys.ENTER)
    heard("Deleted.")
    assert page.active.get_attribute("aria-label") == "what they did"
    assert (
        page.active.find_element("xpath", "./ancestor::section[1]")
        .get_attribute("aria-label")
        .startswith("Condition 3")
    )


def test_mistake__in_a_condition__is_shown_at_its_leaf_and_survives_the_form(
    page: RulePage, live_server: Any
) -> None:
    page.open(live_server)
    named(page)
    page.add("AI score")
    page.add("Segment")
    page.write(page.leaf(0), "value", "")
    page.until(lambda: page.leaf(0).find_element("css selector", ".problems").text)
    assert "Give a number." in page.leaf(0).find_element("css selector", ".problems").text
    page.panel("Parts that need attention: 2")
    page.click(page.one(".panel .plain"))
    assert page.active.get_attribute("aria-label") == "value"
    assert page.active.get_attribute("aria-invalid") == "true"

    page.browser.find_element("css selector", 'button[name="_continue"]').click()
    page.until(
        lambda: "Give a number." in page.browser.find_element("css selector", ".errors").text
    )
    page.until(lambda: "Give a number." in page.leaf(0).text)
    assert len(page.every(".leaf")) == 2, "the edits are kept"
    page.click(page.one('[aria-label="Delete: Condition 2"]'))
    page.write(page.leaf(0), "value", "0.4")
    page.panel(f"{sum(map(at_risk, LEARNERS))}\n50% of all people")
    page.save()
    condition = segment().condition or {}
    assert condition["condition"]["all"][0]["value"] == 0.4
