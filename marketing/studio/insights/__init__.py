"""The pages of insights, one file each: the form of its question, and what its answer shows.

A page is made of a form (Django's, filled by GET, so that an address is a question), the first
question of a workspace, and the context of the template ``studio/insights/<name>.html``.
"""

from __future__ import annotations

from typing import Any, ClassVar

from marketing.kernel.errors import unknown_name
from marketing.studio.insights._form import QuestionForm
from marketing.workspace.models import Workspace
from recommender.event_list import EventList
from recommender.insights import Insight


class InsightPage:
    """The contract. ``icon`` is a Material symbol; ``form`` makes the question."""

    icon: ClassVar[str]
    form: ClassVar[type[QuestionForm]]

    @classmethod
    def first(cls, known: EventList, space: Workspace) -> Insight:
        """A question about what this workspace has most of, to start from."""
        raise NotImplementedError

    @classmethod
    def shown(cls, question: Any, answer: Any) -> dict[str, Any]:
        """What the template reads: charts and rows."""
        raise NotImplementedError

    @classmethod
    def said(cls, question: Any) -> str:
        """The question in a line."""
        raise NotImplementedError


def pages() -> dict[str, type[InsightPage]]:
    """By the insight's name, in the order of the navigation."""
    from marketing.studio.insights.associations import AssociationsPage
    from marketing.studio.insights.forecast import ForecastPage
    from marketing.studio.insights.funnel import FunnelPage
    from marketing.studio.insights.planner import PlannerPage
    from marketing.studio.insights.retention import RetentionPage

    return {
        "funnel": FunnelPage,
        "retention": RetentionPage,
        "forecast": ForecastPage,
        "associations": AssociationsPage,
        "planner": PlannerPage,
    }


def page_of(name: str) -> type[InsightPage]:
    """Raises NotFound for an insight without a page."""
    found = pages()
    if name not in found:
        raise unknown_name("insight", name, found)
    return found[name]
