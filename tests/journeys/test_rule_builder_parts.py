"""The rule builder's corners: circles, new criteria, dragging, depth, a phone in the dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.journeys.driver import MARKS, severe
from tests.journeys.rule_page import RulePage, same
from tests.studio.new_criterion import dropped_in
from tests.studio.rule_stage import CITY, PICTURE, RISK, Document, document

pytestmark = MARKS


def test_segments__that_would_refer_in_a_circle__are_shown_at_the_leaf(
    page: RulePage, live_server: Any
) -> None:
    from segments.models import Segment

    inside = {"type": "segment", "name": "drifting"}
    first = Segment.objects.create(key="drifting", name="Drifting", condition=document())
    Segment.objects.create(key="outer", name="Outer", condition=document(inside))
    page.open(live_server, f"{first.pk}/change/")
    page.add("Segment")
    page.pick(page.leaf(0), "Segment", "Outer")
    page.until(lambda: "circle: Drifting → Outer → Drifting" in page.leaf(0).text)


def test_criterion__in_one_new_file__can_be_used_without_a_line_of_script(
    page: RulePage, live_server: Any, tmp_path: Path
) -> None:
    from segments.models import Segment

    Segment.objects.create(key="outer", name="Outer", condition=document())
    with dropped_in(tmp_path):
        page.open(live_server)
        page.add("Waiting")
        made = page.leaf(0)
        page.pick(made, "unit", "weeks")
        page.pick(made, "strict", "yes")
        made.find_element("css selector", 'input[aria-label="Add to tags"]').send_keys("a\nb\n")
        page.click(next(e for e in made.find_elements("css selector", ".add") if "steps" in e.text))
        page.pick(made, "steps", "Lesson completed")
        page.write(made, "within days", "3")
        page.pick(made, "when", "in the last")
        page.pick(made, "comparison", "is at most")
        page.write(made, "value", "8")
        assert page.condition()["condition"]["all"] == [
            {"type": "waited", "segment": "outer", "unit": "weeks", "strict": True,
             "tags": ["a", "b"], "steps": [{"event": "Lesson Completed", "within_days": 3}],
             "window": {"days": 30}, "op": "lte", "value": 8}
        ]  # fmt: skip
        page.panel("Parts that need attention: 1")
        assert "“outer”" in page.leaf(0).text, "parsed by its own file; nobody provides its column"


def test_parts__dragged_by_the_mouse__stand_where_they_were_dropped(
    page: RulePage, live_server: Any
) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    from segments.models import Segment

    risk, city = RISK, CITY
    nested: Document = {"any": [{"all": [{"any": [{"all": []}]}]}]}
    made = Segment.objects.create(
        key="drifting", name="Drifting", condition=document(risk, city, nested)
    )
    page.open(live_server, f"{made.pk}/change/")
    handle = page.leaf(0).find_element("css selector", ".handle")
    target = page.leaf(1)
    below = target.size["height"] // 2 - 4
    ActionChains(page.browser).click_and_hold(handle).move_to_element_with_offset(
        target, 0, below
    ).move_by_offset(2, 1).release().perform()
    page.until(lambda: same(page.condition(), document(city, risk, nested)))
    page.click(next(e for e in page.every(".tools .plain") if e.text == "Undo"))
    page.until(lambda: same(page.condition(), document(risk, city, nested)))
    deepest = page.every(".group")[-1]
    buttons = deepest.find_elements("css selector", ":scope > .adds .add")
    assert [each.is_enabled() for each in buttons] == [True] * 6 + [False], "no sixth level"


def test_builder__on_a_phone_and_in_the_dark__fits_and_can_be_read(
    page: RulePage, live_server: Any
) -> None:
    from segments.models import Segment

    made = Segment.objects.create(key="drifting", name="Drifting", condition=PICTURE)
    page.browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True},
    )
    page.browser.execute_script("localStorage.setItem('adminTheme', '\"dark\"')")
    page.open(live_server, f"{made.pk}/change/")
    assert page.browser.execute_script("return document.documentElement.scrollWidth") <= 390
    for control in page.every("select, input, button, .leaf, .group, .panel"):
        box = control.rect
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390, control.get_attribute("outerHTML")
    assert "dark" in page.browser.find_element("css selector", "html").get_attribute("class")
    ink, ground = (page.one(".leaf select").value_of_css_property(name)
                   for name in ("color", "background-color"))  # fmt: skip
    assert ink != ground
    assert severe(page.browser) == []
