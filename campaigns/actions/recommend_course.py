"""The next best course: what the ranker puts first for this person, with its reason."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from campaigns.actions import Action, Message, Refused
from marketing.kernel.text import Text

if TYPE_CHECKING:
    from campaigns.models.delivery import Delivery


class RecommendCourse(Action, frozen=True, kw_only=True):
    """``title`` and ``body`` may use {course} and {because}. ``channel`` empty: a placement."""

    label = Text("Recommend the next best course", "推荐下一门课程")
    words = frozenset({"course", "because"})
    channel: str = "push"
    title: str = "Your next course: {course}"
    body: str = "{because}"

    def compose(self, delivery: Delivery, now: datetime) -> Message | Refused:
        from recommender.queries import recommend

        best = recommend(delivery.person_id, limit=1)
        if not best:
            return Refused("nothing_to_recommend")
        because = best[0].because.title if best[0].because else ""
        words = {"course": best[0].title, "because": because}
        return Message(
            key=str(delivery.pk),
            title=self.title.format_map(words),
            body=self.body.format_map(words) if because else "",
            content=best[0].content,
        )
