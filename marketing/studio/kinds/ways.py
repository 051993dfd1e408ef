"""How a segment can be made: what the operator chooses from."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from segments.models import Learning

Task = Learning.Task


@dataclass(frozen=True)
class Way:
    name: str
    title: str | Promise
    about: str | Promise
    icon: str
    url: str


def ways(user: User | AnonymousUser) -> list[Way]:
    """Those that this operator may go."""
    learns = user.has_perm("segments.add_learning")
    makes = user.has_perm("segments.add_segment")
    return [each for each in _all() if (learns if each.name in Task.values else makes)]


def _all() -> list[Way]:
    return [
        Way("condition", _("By a rule"), _("Conditions on what people did and said; always fresh."),
            "filter_alt", reverse("admin:segments_segment_add")),
        Way("snapshot", _("Snapshot"), _("Who is in a segment now, kept as it is."),
            "photo_camera", reverse("admin:segments_segment_snapshot")),
        Way("list", _("From a list"), _("People by their ids, from a file or pasted."),
            "list_alt", reverse("admin:segments_segment_list")),
        Way(Task.GROUPS, _("Find groups"), _("Which kinds of people there are, if there are any."),
            "bubble_chart", _asking(Task.GROUPS)),
        Way(Task.LOOKALIKE, _("Lookalike"), _("Who is most like the members of a segment."),
            "group_add", _asking(Task.LOOKALIKE)),
        Way(Task.RULE, _("Rule from examples"), _("What examples have in common, as a condition."),
            "account_tree", _asking(Task.RULE)),
    ]  # fmt: skip


def _asking(task: str) -> str:
    return reverse("admin:segments_learning_ask", args=[task])
