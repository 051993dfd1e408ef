"""The studio's shell: Unfold's settings."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

# Tailwind's blue: calm, and legible on both themes.
_BLUE = {
    "50": "oklch(97% .014 254.604)",
    "100": "oklch(93.2% .032 255.585)",
    "200": "oklch(88.2% .059 254.128)",
    "300": "oklch(80.9% .105 251.813)",
    "400": "oklch(70.7% .165 254.624)",
    "500": "oklch(62.3% .214 259.815)",
    "600": "oklch(54.6% .245 262.881)",
    "700": "oklch(48.8% .243 264.376)",
    "800": "oklch(42.4% .199 265.638)",
    "900": "oklch(37.9% .146 265.522)",
    "950": "oklch(28.2% .091 267.935)",
}


def _item(title: object, icon: str, model: str) -> dict[str, object]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{model}_changelist")}


def _segments(title: object, icon: str, page: str) -> dict[str, object]:
    link = reverse_lazy(f"admin:segments_segment_{page}")
    return {"title": title, "icon": icon, "link": link}


def _insight(title: object, icon: str, name: str) -> dict[str, object]:
    link = reverse_lazy("admin:recommender_insightanswer_page", args=[name])
    return {"title": title, "icon": icon, "link": link}


UNFOLD: dict[str, object] = {
    "SITE_TITLE": "Zhixin 知心",
    "SITE_HEADER": "Zhixin 知心",
    "SITE_SUBHEADER": _("Marketing automation"),
    "SITE_ICON": lambda request: static("studio/logo.svg"),
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("studio/favicon.svg"),
        }
    ],
    "SHOW_LANGUAGES": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "ENVIRONMENT": "marketing.studio.shell.environment",
    "DASHBOARD_CALLBACK": "marketing.studio.pages.home.context",
    "STYLES": [
        lambda request: static("studio/studio.css"),
        lambda request: static("studio/insights.css"),
        lambda request: static("studio/memberships.css"),
    ],
    "SCRIPTS": [lambda request: static("studio/charts.js")],
    "COLORS": {"primary": _BLUE},
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {
                "items": [
                    {"title": _("Home"), "icon": "dashboard", "link": reverse_lazy("admin:index")}
                ]
            },
            {
                "title": _("Engage"),
                "separator": True,
                "items": [
                    _item(_("Campaigns"), "campaign", "campaigns_campaign"),
                    _item(_("Programmes"), "workspaces", "campaigns_programme"),
                    _item(_("Deliveries"), "outgoing_mail", "campaigns_delivery"),
                    _item(_("Decisions"), "rule", "campaigns_decision"),
                    _item(_("Coupons"), "confirmation_number", "campaigns_coupon"),
                    _item(_("Ads"), "ad", "campaigns_ad"),
                ],
            },
            {
                "title": _("Audience"),
                "separator": True,
                "items": [
                    _item(_("People"), "group", "people_person"),
                    {
                        **_item(_("Segments"), "filter_alt", "segments_segment"),
                        # The pages below lie below the list's address.
                        "active": lambda request: "/segments/segment/" in request.path
                        and not request.path.endswith(("/rfm/", "/lifecycle/", "/overlap/")),
                    },
                    _segments(_("RFM grid"), "grid_on", "rfm"),
                    _segments(_("Lifecycle"), "cycle", "lifecycle"),
                    _segments(_("Segment overlap"), "join", "overlap"),
                    _item(_("Discoveries"), "bubble_chart", "segments_learning"),
                    _item(_("Labels"), "label", "people_label"),
                    _item(_("Subscriptions"), "card_membership", "people_subscription"),
                    _item(_("Imports"), "upload_file", "imports_import"),
                ],
            },
            {
                "title": _("Analyse"),
                "separator": True,
                "items": [
                    _insight(_("Funnel"), "stairs", "funnel"),
                    _insight(_("Retention"), "table_view", "retention"),
                    _insight(_("Forecast and anomalies"), "show_chart", "forecast"),
                    _insight(_("Association rules"), "join_inner", "associations"),
                    _insight(_("Plan an experiment"), "experiment", "planner"),
                ],
            },
            {
                "title": _("Catalogue"),
                "separator": True,
                "items": [
                    _item(_("Contents"), "school", "catalog_content"),
                    _item(_("Concepts"), "hub", "catalog_concept"),
                ],
            },
            {
                "title": _("Data"),
                "separator": True,
                "items": [
                    {
                        "title": _("Data quality"),
                        "icon": "fact_check",
                        "link": reverse_lazy("admin:events_eventtype_quality"),
                    },
                    {
                        **_item(_("Event catalogue"), "data_object", "events_eventtype"),
                        "active": lambda request: "/events/eventtype/" in request.path
                        and not request.path.endswith("/quality/"),
                    },
                    _item(_("Surprises"), "notification_important", "events_surprise"),
                    _item(_("Cleaning rules"), "cleaning_services", "personas_cleaningrule"),
                ],
            },
            {
                "title": _("Learn"),
                "separator": True,
                "items": [
                    _item(_("Experiments"), "science", "experiments_experiment"),
                    _item(_("Metrics"), "monitoring", "experiments_metricdefinition"),
                    _item(_("Layers"), "layers", "experiments_layer"),
                    _item(_("Models"), "neurology", "recommender_learnedmodel"),
                ],
            },
            {
                "title": _("System"),
                "separator": True,
                "collapsible": True,
                "items": [
                    _item(_("Workspace"), "settings", "workspace_workspace"),
                    _item(_("Schedules"), "schedule", "django_celery_beat_periodictask"),
                    _item(_("Job runs"), "history", "workspace_jobrun"),
                    {
                        **_item(_("Analyses asked"), "query_stats", "recommender_insightanswer"),
                        # The insights' own pages lie below the list's address.
                        "active": lambda request: "/insightanswer/" in request.path
                        and "/ask/" not in request.path,
                    },
                    _item(_("Rejected events"), "report", "events_rejectedevent"),
                    _item(_("API keys"), "key", "api_apikey"),
                    _item(_("Operators"), "badge", "auth_user"),
                    _item(_("Erasures"), "person_remove", "people_erasure"),
                    _item(_("Audit log"), "policy", "admin_logentry"),
                ],
            },
        ],
    },
}  # fmt: skip
