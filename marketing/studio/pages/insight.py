"""An insight's page: the question as a form, how far its answer is, and what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.http import QueryDict
from django.urls import reverse

from marketing.kernel.errors import MarketingError
from marketing.studio.insights import InsightPage, page_of
from marketing.studio.insights._form import QuestionForm
from marketing.studio.shell import explained, said
from marketing.workspace.language import language
from marketing.workspace.queries import cursor, workspace
from recommender import event_list
from recommender.asking import Asker, ask, result_of
from recommender.event_list import EventList
from recommender.insights import INSIGHTS, Insight
from recommender.models import InsightAnswer

State = InsightAnswer.State
# Longer than this without a start, and no worker seems to be there.
_UNATTENDED = timedelta(seconds=20)


@dataclass(frozen=True)
class Asked:
    """What an address asks: a form filled in, an earlier question, or nothing yet."""

    name: str
    data: QueryDict
    earlier: InsightAnswer | None = None


def context(asked: Asked) -> dict[str, Any]:
    """The page's. Opening a page asks its question: a row, unless it was asked before."""
    page, known = page_of(asked.name), event_list.current()
    common = {
        "title": said(INSIGHTS.get(asked.name).label),
        "name": asked.name,
        "icon": page.icon,
        "space": workspace(),
        "template": f"studio/insights/{asked.name}.html",
        "form_template": f"studio/insights/{asked.name}_form.html",
        "known": known,
    }
    if known is None or not known.events:
        # Events are there and will be listed, or there are none at all.
        return {**common, "is_listing": known is None and cursor("fold").position > 0}
    form, question = _form(page, known, asked)
    if question is None:
        return {**common, "form": form}
    return {**common, "form": form, **_answered(page, question, form, asked.earlier)}


def _form(
    page: type[InsightPage], known: EventList, asked: Asked
) -> tuple[QuestionForm, Insight | None]:
    """The form, and its question if it makes one."""
    if asked.earlier is not None:
        question = msgspec.convert(asked.earlier.question, INSIGHTS.get(asked.name))
        return page.form.filled(known, question), question
    if not asked.data:
        question = page.first(known, workspace())
        return page.form.filled(known, question), question
    form = page.form(known, asked.data)
    if not form.is_valid():
        return form, None
    try:
        return form, form.question()
    except msgspec.ValidationError as error:
        form.add_error(None, str(error))
        return form, None


def _answered(
    page: type[InsightPage], question: Insight, form: QuestionForm, earlier: InsightAnswer | None
) -> dict[str, Any]:
    space = workspace()
    try:
        row = ask(question, Asker(space.clock.now(), datetime.now(UTC), space.zone))
    except MarketingError as error:
        return {"problem": [explained(error), ""]}
    more = {"is_more_than_form": earlier is not None and not _says(form, question)}
    return {**more, **answer_context(page, row)}


def _says(form: QuestionForm, question: Insight) -> bool:
    """Whether the form says all of the question."""
    try:
        return form.is_valid() and form.question() == question
    except msgspec.ValidationError:
        return False


def answer_context(page: type[InsightPage], row: InsightAnswer) -> dict[str, Any]:
    """Of a row as it stands: waiting, refused, or with its charts."""
    question = msgspec.convert(row.question, INSIGHTS.get(row.insight))
    found: dict[str, Any] = {
        "row": row,
        "template": f"studio/insights/{row.insight}.html",
        "space": workspace(),
        "is_waiting": row.state == State.WAITING,
        "poll": reverse("admin:recommender_insightanswer_state", args=[row.question_hash]),
        "percent_done": round(100 * row.progress),
        "is_unattended": _is_unattended(row),
        "problem": (row.problem or {}).get(language()) if row.state != State.WAITING else None,
        "took_s": (row.took_ms or 0) / 1e3,
    }
    answer = result_of(row)
    return found if answer is None else {**found, "shown": page.shown(question, answer)}


def _is_unattended(row: InsightAnswer) -> bool:
    waiting = row.state == State.WAITING and row.progress == 0 and row.tries == 0
    return waiting and datetime.now(UTC) - row.asked_at > _UNATTENDED


def said_in_a_line(row: InsightAnswer) -> str:
    """The question, for the list; one of an older form as it was sent."""
    try:
        question = msgspec.convert(row.question, INSIGHTS.get(row.insight))
        return page_of(row.insight).said(question)
    except (msgspec.ValidationError, MarketingError):
        return msgspec.json.encode(row.question).decode()[:200]


def title_of(row: InsightAnswer) -> str:
    known = row.insight in INSIGHTS
    return said(INSIGHTS.get(row.insight).label) if known else row.insight
