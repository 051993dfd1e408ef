"""A rebuild that dies before its pointer moved leaves the fold cursor where it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from marketing.personas import queries, services, store
from marketing.workspace.models import Workspace
from marketing.workspace.queries import cursor
from tests.conftest import NOW
from tests.messages import track


def test_rebuild__when_it_dies_before_the_pointer_moved__then_a_fold_still_sees_the_events(
    workspace: Workspace, send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    send(track("ann", "Course Viewed", NOW))
    services.rebuild(workspace, NOW)
    before = cursor("fold").position
    send(track("bob", "Course Viewed", NOW))
    with monkeypatch.context() as patch:
        patch.setattr(store, "write", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            services.rebuild(workspace, NOW)
    assert cursor("fold").position == before
    assert len(services.fold(workspace, NOW)) == 1
    assert queries.current().exists.sum() == 2
