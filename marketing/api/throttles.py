"""How often one caller may ask. Intake is not throttled here: its bodies are bounded instead."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from marketing.api.keys import caller_of


class CallerThrottle(SimpleRateThrottle):
    """120 requests a minute for a person's token, 6,000 for a server key."""

    scope = "person"

    def allow_request(self, request: Request, view: APIView) -> bool:
        self.rate = "120/min" if caller_of(request).person else "6000/min"
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return super().allow_request(request, view)

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"throttle:{request.user.pk}"
