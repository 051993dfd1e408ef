"""A campaign's audience is built, counted and refused as a segment's condition is."""

from __future__ import annotations

import json
from html import unescape
from typing import TYPE_CHECKING, Any

from django.urls import reverse

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

BACKEND = "django.contrib.auth.backends.ModelBackend"
NORTH = {"version": 2, "condition": {"all": [
    {"type": "attribute", "name": "region", "op": "eq", "value": "north"}]}}  # fmt: skip
PREVIEW = "/admin/campaigns/campaign/preview/"


def sent(audience: Any) -> dict[str, Any]:
    return {
        "name": "New", "name_zh": "", "key": "new", "occasion": "schedule", "repeat_days": 0,
        "holdout_percent": 10, "cooldown_days": 0, "goal_event": "Order Completed",
        "goal_days": 14, "audience": json.dumps(audience), "variants-TOTAL_FORMS": 0,
        "variants-INITIAL_FORMS": 0,
    }  # fmt: skip


def test_form__saved_with_a_condition__then_the_audience_is_that_and_said_above(
    studio: Client,
) -> None:
    from campaigns.models import Campaign

    page = studio.get(reverse("admin:campaigns_campaign_add")).content.decode()
    assert "<zx-rules" in page
    assert PREVIEW in page
    assert studio.post(reverse("admin:campaigns_campaign_add"), sent(NORTH)).status_code == 302
    campaign = Campaign.objects.get(key="new")
    assert campaign.audience == NORTH
    answer = studio.get(reverse("admin:campaigns_campaign_change", args=[campaign.pk]))
    assert "Region is “north”" in unescape(answer.content.decode())


def test_form__with_an_unknown_segment__then_refused_with_its_place(studio: Client) -> None:
    from campaigns.models import Campaign

    wrong = {"version": 2, "condition": {"all": [{"type": "segment", "name": "nobody"}]}}
    answer = studio.post(reverse("admin:campaigns_campaign_add"), sent(wrong))
    assert answer.status_code == 200
    assert "nobody" in unescape(answer.content.decode())
    assert not Campaign.objects.filter(key="new").exists()


def test_preview__by_who_may_change_campaigns__then_counted_and_others_are_refused(
    studio: Client, django_user_model: type[User]
) -> None:
    from django.contrib.auth.models import Permission

    body = json.dumps({"condition": NORTH})
    answer = studio.post(PREVIEW, body, content_type="application/json")
    assert answer.json()["people"] == 24
    assert answer.json()["reach"]
    for codename, status in (("change_campaign", 200), ("view_campaign", 403)):
        user = django_user_model.objects.create_user(codename, is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename=codename))
        studio.force_login(user, backend=BACKEND)
        answer = studio.post(PREVIEW, body, content_type="application/json")
        assert answer.status_code == status
        names = studio.get("/admin/campaigns/campaign/names/?kind=content&text=alg")
        assert names.status_code == status
