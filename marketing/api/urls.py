"""The API's addresses."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

import marketing.api.openapi  # noqa: F401 - registers the security scheme
from marketing.api.views.coupons import RedeemView
from marketing.api.views.decisions import DecisionView
from marketing.api.views.erasures import ErasureView
from marketing.api.views.insights import addresses as insight_addresses
from marketing.api.views.intake import BatchView, MessageView
from marketing.api.views.people import InboxView, OffersView, RecommendationsView

_KINDS = "track|identify|page|screen|alias|group"
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
    *insight_addresses(),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
]
