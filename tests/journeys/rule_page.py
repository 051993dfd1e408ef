"""The segment form with its rule builder, as hands and as keys use it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.shadowroot import ShadowRoot
    from selenium.webdriver.remote.webelement import WebElement

_ACTIVE = """
let at = document.activeElement;
while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
return at;
"""
_SEEN = """
const box = arguments[0].getBoundingClientRect();
return box.width > 0 && box.height > 0 && getComputedStyle(arguments[0]).visibility === "visible";
"""


class RulePage:
    """``browser``: somebody is signed in, and may change segments (or what ``form`` is of)."""

    admin, field, form = "segments/segment", "condition", "segment_form"

    def __init__(self, browser: Chrome) -> None:
        self.browser = browser

    @property
    def inside(self) -> ShadowRoot:
        return self.browser.find_element("css selector", "zx-rules").shadow_root

    def open(self, live_server: Any, where: str = "add/") -> None:
        """The form, once the panel has something to say."""
        self.browser.get(f"{live_server.url}/admin/{self.admin}/{where}")
        self.until(lambda: self.one(".panel .count, .panel .note"))

    def one(self, css: str) -> WebElement:
        return self.inside.find_element("css selector", css)

    def every(self, css: str) -> list[WebElement]:
        found: list[WebElement] = self.inside.find_elements("css selector", css)
        return found

    def leaf(self, n: int) -> WebElement:
        """The n-th condition in reading order, from 0."""
        self.until(lambda: len(self.every(".leaf")) > n)
        return self.every(".leaf")[n]

    def until(self, holds: Callable[[], object]) -> None:
        """Within ten seconds; what the page shows instead is in the failure."""
        from selenium.common.exceptions import (
            NoSuchElementException,
            StaleElementReferenceException,
            TimeoutException,
        )
        from selenium.webdriver.support.wait import WebDriverWait

        gone = [NoSuchElementException, StaleElementReferenceException]
        waiting = WebDriverWait(self.browser, 10, ignored_exceptions=gone)
        try:
            waiting.until(lambda _page: holds())
        except TimeoutException:
            raise AssertionError(f"{self.one('.builder').text}\n{self.condition()}") from None

    def condition(self) -> Any:
        """What the form would send."""
        held = self.browser.find_element("id", f"id_{self.field}")
        return json.loads(held.get_property("value"))

    def panel(self, text: str) -> None:
        """Until the panel says so."""
        self.until(lambda: text in self.one(".panel").text)

    def summary(self, text: str) -> None:
        self.until(lambda: text in self.one(".summary").text)

    # ---- with the mouse ------------------------------------------------------------------------

    def add(self, title: str, group: int = 0) -> None:
        """Click a button of the n-th group's own row."""
        self.until(lambda: len(self.every(".group")) > group)
        buttons = self.every(".group")[group].find_elements("css selector", ":scope > .adds .add")
        self.click(next(each for each in buttons if title in each.text))

    def click(self, element: WebElement) -> None:
        """In the middle of the screen: the form's bars stand over its ends."""
        self.browser.execute_script('arguments[0].scrollIntoView({block: "center"})', element)
        element.click()

    def pick(self, within: WebElement, label: str, option: str) -> None:
        found = within.find_element("css selector", f'select[aria-label="{label}"]')
        self.pick_in(found, option)

    def pick_in(self, select: WebElement, option: str) -> None:
        from selenium.webdriver.support.select import Select

        Select(select).select_by_visible_text(option)

    def write(self, within: WebElement, label: str, text: str) -> None:
        """In place of what stands there."""
        from selenium.webdriver.common.keys import Keys

        field = within.find_element("css selector", f'input[aria-label="{label}"]')
        field.send_keys(Keys.CONTROL + "a")
        field.send_keys(Keys.DELETE + text)

    def save(self, name: str = "_continue") -> None:
        form = self.browser.find_element("id", self.form)
        self.browser.find_element("css selector", f'button[name="{name}"]').click()
        self.until(lambda: _is_gone(form))

    # ---- with keys alone -----------------------------------------------------------------------

    @property
    def active(self) -> WebElement:
        found: WebElement = self.browser.execute_script(_ACTIVE)
        return found

    def keys(self, *keys: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        for key in keys:
            ActionChains(self.browser).send_keys(key).perform()

    def tab_to(self, label: str, back: bool = False) -> None:
        """Press Tab until the control of this name has the focus; every stop must be visible."""
        from selenium.webdriver.common.action_chains import ActionChains
        from selenium.webdriver.common.keys import Keys

        for _press in range(80):
            chain = ActionChains(self.browser)
            if back:
                chain.key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
            else:
                chain.send_keys(Keys.TAB).perform()
            stop = self.active
            assert self.browser.execute_script(_SEEN, stop), stop.get_attribute("outerHTML")[:200]
            names = [stop.get_attribute(name) for name in ("aria-label", "name")]
            if label in (*names, stop.text.split("\n")[-1]):
                return
        raise AssertionError(f"Tab never comes to {label!r}")

    def choose(self, label: str, option: str) -> None:
        """Tab to a list and go down to an option."""
        self.tab_to(label)
        self.down_to(option)

    def down_to(self, option: str) -> None:
        from selenium.webdriver.common.keys import Keys
        from selenium.webdriver.support.select import Select

        for _press in range(30):
            if Select(self.active).first_selected_option.text == option:
                return
            self.keys(Keys.ARROW_DOWN)
        raise AssertionError(f"no option {option!r}")

    def fill(self, label: str, text: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains
        from selenium.webdriver.common.keys import Keys

        self.tab_to(label)
        chain = ActionChains(self.browser)
        chain.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(text).perform()


class AudiencePage(RulePage):
    """A campaign's form."""

    admin, field, form = "campaigns/campaign", "audience", "campaign_form"


def same(condition: Any, other: Any) -> bool:
    """Do both say the same, whatever is spelt out?"""
    from marketing.conditions.parse import parse

    return parse(condition) == parse(other)


def _is_gone(element: WebElement) -> bool:
    from selenium.common.exceptions import StaleElementReferenceException

    try:
        element.is_enabled()
    except StaleElementReferenceException:
        return True
    return False
