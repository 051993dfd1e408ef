"""An operator has a person erased: who may, what the page says, what is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.campaigns.stage import NOW, crowd

if TYPE_CHECKING:
    from django.test import Client

    from marketing.workspace.models import Workspace

BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in(client: Client, *permissions: str) -> None:
    from django.contrib.auth.models import Permission, User

    user = User.objects.create_user("clerk", password="long, for the suite", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user, backend=BACKEND)


def test_erasing__confirmed__then_it_is_asked_once_and_the_list_says_by_whom(
    workspace: Workspace, client: Client
) -> None:
    from django.contrib.admin.models import LogEntry

    from marketing import pipeline
    from marketing.people.models import Erasure

    (ann,) = crowd(1)
    sign_in(client, "view_person", "view_erasure", "erase_person")
    page, erase = f"/admin/people/person/{ann.pk}/change/", f"/admin/people/person/{ann.pk}/erase/"
    assert erase in client.get(page).content.decode()
    assert "cannot be undone" in client.get(erase).content.decode()
    assert not Erasure.objects.exists(), "looking erases nobody"
    for _twice in range(2):
        assert client.post(erase).status_code == 302
    row = Erasure.objects.get()
    assert (row.person, row.asked_by, row.state) == (ann, "clerk", "waiting")
    assert {entry.object_repr for entry in LogEntry.objects.all()} == {str(row)}
    assert "being erased" in client.get(page).content.decode()
    assert pipeline.answer(workspace, NOW, NOW) == 1
    listed = client.get("/admin/people/erasure/").content.decode()
    assert "clerk" in listed and "identities 1" in listed and "p0" not in listed
    assert client.get(erase).status_code == 404


@pytest.mark.parametrize("permission", ["view_person", "view_erasure", "delete_person"])
def test_erasing__without_its_own_permission__then_refused_and_not_offered(
    workspace: Workspace, client: Client, permission: str
) -> None:
    from marketing.people.models import Erasure

    (ann,) = crowd(1)
    sign_in(client, "view_person", permission)
    assert client.post(f"/admin/people/person/{ann.pk}/erase/").status_code == 403
    page = client.get(f"/admin/people/person/{ann.pk}/change/").content.decode()
    assert "/erase/" not in page
    assert not Erasure.objects.exists()
