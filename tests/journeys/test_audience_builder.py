"""An operator builds a campaign's audience with the builder that segments have."""

from __future__ import annotations

from typing import Any

from tests.journeys.driver import MARKS, severe
from tests.journeys.rule_page import AudiencePage, RulePage, same
from tests.studio.rule_stage import CITY, LEARNERS, RISK, at_risk, document, in_cities

pytestmark = MARKS


def test_audience__built_and_saved__then_it_is_counted_and_read_as_a_sentence(
    page: RulePage, live_server: Any
) -> None:
    from campaigns.models import Campaign

    page = AudiencePage(page.browser)
    page.open(live_server, "add/")
    page.panel("100% of all people")
    for name, text in (("name", "Back to Python"), ("key", "back")):
        field = page.browser.find_element("name", name)
        field.clear()
        field.send_keys(text)
    page.add("Attribute")
    page.pick(page.leaf(0), "Attribute", "city")
    page.pick(page.leaf(0), "comparison", "is one of")
    field = page.leaf(0).find_element("css selector", ".values input")
    field.send_keys("Shanghai\nHangzhou\n")
    page.add("AI score")
    page.pick(page.leaf(1), "Score", "Churn risk")
    page.write(page.leaf(1), "value", "0.4")
    inside = [each for each in LEARNERS if in_cities(each) and at_risk(each)]
    page.panel(f"{len(inside)}\n{round(100 * len(inside) / len(LEARNERS))}% of all people")
    page.save()
    assert same(Campaign.objects.get(key="back").audience, document(CITY, RISK))
    bar = page.browser.find_element("css selector", ".zx-sentence").text
    assert "city is one of “Shanghai”, “Hangzhou” and Churn risk is at least 0.4" in bar
    assert same(page.condition(), document(CITY, RISK))
    assert severe(page.browser) == []
