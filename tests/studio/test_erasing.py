"""Erasing a person from their page: a page that says what goes, then a POST."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

BACKEND = "django.contrib.auth.backends.ModelBackend"


def address() -> str:
    from tests.studio import stage

    return reverse("admin:people_person_erase", args=[stage.person().pk])


def test_erase__confirmed__then_asked_once_logged_without_the_name_and_listed(
    studio: Client,
) -> None:
    from django.contrib.admin.models import LogEntry

    from marketing.people.models import Erasure
    from tests.studio import stage

    person = stage.person()
    assert studio.get(address()).status_code == 200
    assert not Erasure.objects.exists()
    for _ in range(2):
        answer = studio.post(address(), follow=True)
    row = Erasure.objects.get()
    assert (row.person, row.asked_by, row.done_at) == (person, "operator", None)
    entry = LogEntry.objects.first()
    assert entry is not None
    assert entry.object_repr == f"#{person.pk}"
    assert f"#{person.pk}" in answer.content.decode()
    page = studio.get(reverse("admin:people_person_change", args=[person.pk]))
    assert address() not in page.content.decode()


def test_erase__by_who_may_only_look__then_there_is_no_such_page(
    studio: Client, django_user_model: type[User]
) -> None:
    from django.contrib.auth.models import Permission

    from marketing.people.models import Erasure

    looker = django_user_model.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_person"))
    studio.force_login(looker, backend=BACKEND)
    assert studio.get(address()).status_code == 404
    assert studio.post(address()).status_code == 404
    assert not Erasure.objects.exists()
