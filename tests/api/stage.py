"""People with something to see: a coupon in the inbox, a placement, a decision."""

from __future__ import annotations

from campaigns.delivering import deliver_due
from campaigns.launching import launch
from campaigns.models import Ad, Campaign, Coupon
from marketing.workspace.models import Workspace
from tests.api.caller import Caller, bearer, key, token
from tests.campaigns.stage import NOW, coupons, decided, draft, person, publish


def of(name: str) -> Caller:
    """A person's phone."""
    return bearer(token(key("server")[0], name))


def with_coupons(workspace: Workspace, *names: str) -> list[Coupon]:
    """Each has one in the inbox, oldest first."""
    for name in names:
        person(name)
    publish()
    decided(draft(variants=coupons(1_000, valid_days=14)), workspace)
    deliver_due(workspace, NOW)
    return list(Coupon.objects.order_by("delivery_id"))


def home(workspace: Workspace, **fields: object) -> Campaign:
    """An ad on the home page."""
    Ad.objects.create(key="member", title="Become a member", url="https://example.org/")
    said: dict[str, object] = {"occasion": "request", "placement": "home"}
    campaign = draft("home", {"ad": ("show_ad", {"ad": "member"})}, **said | fields)
    launch(campaign, workspace, NOW)
    return campaign
