"""What the machines wrote: decisions with reasons, deliveries, coupons."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from campaigns.models import Coupon, Decision, Delivery
from campaigns.queries import decision_reasons, outcome_text
from marketing.studio.admin.base import PageAdmin, ReadOnlyAdmin, badge, two_lines
from marketing.studio.shell import said
from marketing.workspace.language import language

# How the demo names the orders that its dice placed.
SIMULATED = "sim:"
_STATE_TONES = {
    "delivered": "good",
    "withheld": "info",
    "held": "warn",
    "refused": "bad",
    "unknown": "bad",
}


@admin.register(Decision)
class DecisionAdmin(PageAdmin):
    list_display = ["number", "who", "campaign", "said", "variant", "decided_at"]
    list_filter = ["campaign"]
    list_select_related = ["person", "campaign"]
    search_fields = ["=person__key", "=token"]
    search_help_text = _("A person's key as user:… or a decision's token")
    page_template = "studio/decision.html"

    @display(description=_("decision"), ordering="id")
    def number(self, decision: Decision) -> str:
        return f"#{decision.pk}"

    @display(description=_("person"))
    def who(self, decision: Decision) -> str:
        return decision.person.external_id

    @display(description=_("outcome"))
    def said(self, decision: Decision) -> SafeString:
        tone = {"yes": "good", "withheld": "info"}.get(decision.outcome, "muted")
        return badge(outcome_text(decision.outcome, language()), tone)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {
            "title": f"#{obj.pk}",
            "decision": obj,
            "said": outcome_text(obj.outcome, language()),
            "campaign_name": said(obj.campaign.label),
            "reasons": decision_reasons(obj, language()),
            "deliveries": obj.deliveries.all(),
        }


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["number", "who", "campaign", "variant", "shown_state", "why", "finished_at"]
    list_filter = ["state", "campaign"]
    list_select_related = ["person", "campaign"]
    search_fields = ["=person__key"]
    fields = ["campaign", "variant", "occasion", "state", "reason", "due_at", "finished_at",
              "attempts", "receipt"]  # fmt: skip

    @display(description=_("delivery"), ordering="id")
    def number(self, delivery: Delivery) -> str:
        return f"#{delivery.pk}"

    @display(description=_("person"))
    def who(self, delivery: Delivery) -> str:
        return delivery.person.external_id

    @display(description=_("state"), ordering="state")
    def shown_state(self, delivery: Delivery) -> SafeString:
        return badge(delivery.get_state_display(), _STATE_TONES.get(delivery.state, "muted"))

    @display(description=_("reason"))
    def why(self, delivery: Delivery) -> str:
        return outcome_text(delivery.reason, language()) if delivery.reason else "—"


@admin.register(Coupon)
class CouponAdmin(ReadOnlyAdmin):
    list_display = ["code", "who", "campaign", "worth", "issued_at", "expires_at", "used"]
    list_filter = ["campaign"]
    list_select_related = ["person", "campaign"]
    search_fields = ["code__iexact", "=person__key"]
    fields = ["code", "campaign", "issued_at", "expires_at", "redeemed_at", "order_reference"]

    @display(description=_("person"))
    def who(self, coupon: Coupon) -> str:
        return coupon.person.external_id

    @display(description=_("value"), ordering="value_cents")
    def worth(self, coupon: Coupon) -> str:
        return str(coupon.value)

    @display(description=_("redeemed"), ordering="redeemed_at")
    def used(self, coupon: Coupon) -> SafeString | str:
        if coupon.redeemed_at is None:
            return "—"
        day = badge(f"{coupon.redeemed_at:%Y-%m-%d}", "good")
        is_simulated = coupon.order_reference.startswith(SIMULATED)
        return two_lines(day, gettext("simulated answers")) if is_simulated else day
