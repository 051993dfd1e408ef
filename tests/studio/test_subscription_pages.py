"""Subscriptions in the studio: the list, and a person's own with what led to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

if TYPE_CHECKING:
    from django.test import Client


def rows(client: Client, **asked: str) -> str:
    page = client.get(reverse("admin:people_subscription_changelist"), asked).content.decode()
    return page.partition("<tbody")[2]


def test_subscriptions__in_the_list__show_the_state_as_of_now_and_are_found_by_plan(
    studio: Client,
) -> None:
    assert "active" in rows(studio) and "P1" in rows(studio)
    assert "P1" in rows(studio, plan="P1") and "P1" not in rows(studio, plan="P2")


def test_subscription__when_opened__then_the_persons_page_shows_its_facts(studio: Client) -> None:
    from marketing.people.models import Subscription

    path = reverse("admin:people_subscription_change", args=[Subscription.objects.get().pk])
    page = studio.get(path, follow=True).content.decode()
    assert "Subscription started" in page and "plan: P1" in page


@pytest.mark.django_db
def test_subscriptions__for_staff_without_permission__are_not_shown(studio: Client) -> None:
    from django.contrib.auth.models import User

    from marketing.people.models import Subscription

    clerk = User.objects.create_user("clerk", is_staff=True)
    studio.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    path = reverse("admin:people_subscription_change", args=[Subscription.objects.get().pk])
    assert studio.get(path).status_code == 403
    assert studio.get(reverse("admin:people_subscription_changelist")).status_code == 403
