"""The API's addresses."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

import marketing.api.openapi  # noqa: F401 - registers the security scheme
from marketing.api.views.analysis import OverlapView, RfmView, TransitionsView
from marketing.api.views.coupons import RedeemView
from marketing.api.views.decisions import DecisionView
from marketing.api.views.erasure import ErasureView
from marketing.api.views.insights import addresses as insight_addresses
from marketing.api.views.intake import BatchView, MessageView
from marketing.api.views.people import InboxView, OffersView, RecommendationsView
from marketing.api.views.segments import (
    HistoryView,
    MembersView,
    SegmentsView,
    SegmentView,
    StandingView,
)

_KINDS = "track|identify|page|screen|alias|group"
_SEGMENT = "api/v1/segments/<str:key>"
_PERSON = "api/v1/people/<str:external_id>"

urlpatterns = [
    path("v1/batch", BatchView.as_view()),
    re_path(rf"^v1/(?P<kind>{_KINDS})$", MessageView.as_view()),
    path(f"{_PERSON}/recommendations", RecommendationsView.as_view()),
    path(f"{_PERSON}/offers", OffersView.as_view()),
    path(f"{_PERSON}/inbox", InboxView.as_view()),
    path(f"{_PERSON}/erasure", ErasureView.as_view()),
    path("api/v1/coupons/<str:code>/redeem", RedeemView.as_view()),
    path("api/v1/decisions/<str:name>", DecisionView.as_view()),
    path("api/v1/segments", SegmentsView.as_view()),
    path("api/v1/overlap", OverlapView.as_view()),
    path(_SEGMENT, SegmentView.as_view()),
    path(f"{_SEGMENT}/members", MembersView.as_view()),
    path(f"{_SEGMENT}/history", HistoryView.as_view()),
    path(f"{_SEGMENT}/people/<str:external_id>", StandingView.as_view()),
    path("api/v1/rfm", RfmView.as_view()),
    path("api/v1/lifecycle/transitions", TransitionsView.as_view()),
    *insight_addresses(),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
]
