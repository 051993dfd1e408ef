"""A headless Chromium, and the few words that the journeys speak to it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
MARKS = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER),
        reason="Chromium and its driver are not installed (Debian: chromium, chromium-driver)",
    ),
]
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--window-size=1440,1000",
)  # fmt: skip


@contextmanager
def started() -> Iterator[Chrome]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    with tempfile.TemporaryDirectory() as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER or ""))
        driver.implicitly_wait(5)
        yield driver
        driver.quit()


def wait_for(browser: Chrome, css: str, text: str) -> None:
    """Until the first such element of the page that is loading says so."""
    from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
    from selenium.webdriver.support.wait import WebDriverWait

    gone = [NoSuchElementException, StaleElementReferenceException]
    WebDriverWait(browser, 10, ignored_exceptions=gone).until(
        lambda page: text in page.find_element("css selector", css).text
    )


def sign_in(browser: Chrome, url: str) -> None:
    browser.get(f"{url}/admin/login/")
    browser.find_element("name", "username").send_keys("operator")
    browser.find_element("name", "password").send_keys("long and only for the suite")
    browser.find_element("css selector", "button[type=submit]").click()


def severe(browser: Chrome) -> list[str]:
    """What the page complained about: a script that failed, a policy that was broken."""
    return [str(entry) for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
