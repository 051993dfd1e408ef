"""An operator imports a list of people, looking only at the pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.journeys.driver import MARKS, severe, sign_in, wait_for

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from marketing.workspace.models import Workspace

pytestmark = MARKS


def work() -> None:
    """As ``manage.py answer`` does it meanwhile."""
    from marketing.imports.models import Import
    from tests.imports.stage import worked

    for row in Import.objects.all():
        worked(row)


def test_operator__when_a_list_is_imported__then_each_page_leads_to_the_next(
    browser: Chrome, live_server: Any, workspace: Workspace, tmp_path: Path
) -> None:
    from django.contrib.auth import get_user_model

    from marketing.events.models import Event
    from tests.imports.stage import PEOPLE_FILE

    get_user_model().objects.create_superuser("operator", password="long and only for the suite")
    (tmp_path / "students.csv").write_bytes(PEOPLE_FILE)
    sign_in(browser, live_server.url)
    wait_for(browser, "#content", "")
    browser.get(f"{live_server.url}/admin/imports/import/add/")
    browser.find_element("css selector", "input[value=people]").click()
    browser.find_element("name", "file").send_keys(str(tmp_path / "students.csv"))
    browser.find_element("css selector", ".zx-import-upload button[type=submit]").click()
    wait_for(browser, "#zx-waiting", "Looking at the file")
    work()
    wait_for(browser, "#zx-import-live", "Every field that is needed")
    age = browser.find_element("name", "col-2")
    age.find_element("css selector", "option[value=user_id]").click()
    wait_for(browser, "#zx-import-live", "Another column has the field of “age” already.")
    age.find_element("css selector", "option[value=attribute]").click()
    wait_for(browser, "#zx-import-live", "Every field that is needed")
    browser.find_element("css selector", "#zx-import-form .zx-ask-foot button").click()
    wait_for(browser, "#zx-waiting", "Checking")
    work()
    wait_for(browser, "#content", "Import 2 rows")
    browser.find_element("css selector", "form[action*='/run/move'] button").click()
    wait_for(browser, "#zx-waiting", "Importing")
    work()
    wait_for(browser, "#content", "The file itself is deleted")
    assert Event.objects.count() == 2
    assert severe(browser) == []
