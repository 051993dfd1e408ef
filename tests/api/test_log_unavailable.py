"""When the log cannot commit, the answer is 503 and nothing of the batch is stored."""

from __future__ import annotations

import pytest
from django.db import connection

from marketing.events.models import Event, RejectedEvent
from marketing.people.models import Person
from tests.api.caller import Caller, json, problem
from tests.campaigns.stage import NOW
from tests.messages import track

AWAY = "ALTER TABLE events_rejectedevent RENAME TO events_elsewhere"
BACK = "ALTER TABLE events_elsewhere RENAME TO events_rejectedevent"


def test_batch__the_log_cannot_commit__then_503_and_nothing_of_it_is_stored(app: Caller) -> None:
    batch = [track("ann", "Course Viewed", NOW), {"type": "nonsense"}]
    with connection.cursor() as sql:
        sql.execute(AWAY)
    answer = app.batch(*batch)
    with connection.cursor() as sql:
        sql.execute(BACK)
    said = problem(answer, 503, "log_unavailable")
    assert int(answer["retry-after"]) > 0
    assert "again" in said["fix"]
    assert not Event.objects.exists() and not Person.objects.exists()
    # The same batch again, when it can: nothing was lost, nothing doubled.
    assert json(app.batch(*batch))["accepted"] == 1
    assert (Event.objects.count(), RejectedEvent.objects.count()) == (1, 1)


@pytest.mark.parametrize("path", ["track", "identify"])
def test_single_call__the_log_cannot_commit__then_503(path: str, app: Caller) -> None:
    with connection.cursor() as sql:
        sql.execute(AWAY)
    answer = app.post(f"/v1/{path}", {})
    with connection.cursor() as sql:
        sql.execute(BACK)
    problem(answer, 503, "log_unavailable")
