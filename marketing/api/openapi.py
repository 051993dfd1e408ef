"""How keys and tokens, and the types of insights, read in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from marketing.api import insight_shapes


class KeyScheme(OpenApiAuthenticationExtension):
    """One header for all three: a write key, a server key, or a person's token."""

    target_class = "marketing.api.keys.KeyAuthentication"
    name = "keyOrToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "wk_… to write events; sk_… on your server; a JWT for one person.",
        }


def with_insights(result: dict[str, Any], **more: object) -> dict[str, Any]:
    """The last step: questions and answers are no serializers, their schemas are their types'."""
    result["components"]["schemas"] |= insight_shapes.components()
    return result
