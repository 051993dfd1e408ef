"""Why something cannot be learned, in the operator's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from segments.learning.lookalike import FEWEST_SEEDS
from segments.learning.tree import FEWEST_EXAMPLES


class Refusal(NamedTuple):
    """``is_answer``: nothing went wrong, this is what the data say."""

    title: str | Promise
    advice: str | Promise
    is_answer: bool = False


_MORE = _("Take a larger segment, or look among everybody.")
_OTHERS = _("Choose other columns, in which people differ.")
REFUSALS: Mapping[str, Refusal] = {
    "too_few_people": Refusal(_("There are too few people to learn from."), _MORE),
    "too_few_different": Refusal(_("In these columns nearly everybody is alike."), _OTHERS),
    "no_columns": Refusal(_("None of these columns tells people apart."), _OTHERS),
    "eps_too_large": Refusal(
        _("With this method nearly everybody is everybody's neighbour."),
        _("Choose HDBSCAN or K-means."),
    ),
    "too_few_seeds": Refusal(_("The segment has too few members to learn from."), _MORE),
    "too_many_seeds": Refusal(
        _("More than half of all people are members already."), _("Take a smaller segment.")
    ),
    "bad_size": Refusal(_("There are not so many other people."), _("Ask for fewer.")),
    "too_few_examples": Refusal(
        _("There are too few examples, or too few other people."), _MORE
    ),
    "no_rule": Refusal(
        _("There is no rule: these columns do not tell the examples from everybody else."),
        _("Choose more columns, or be content with a lower share of examples."), is_answer=True,
    ),
    "not_in_conditions": Refusal(_("A condition cannot read one of these columns."), _OTHERS),
    "no_personas": Refusal(
        _("No personas yet: the next scheduled refresh computes them."), _("Ask again later.")
    ),
    "unknown_segment": Refusal(
        _("The segment is gone, or has not been refreshed yet."), _("Choose another.")
    ),
    "unknown_label": Refusal(_("The label is gone."), _("Choose another.")),
}  # fmt: skip
_UNKNOWN_COLUMN = Refusal(_("One of the columns is gone."), _("Choose the columns again."))
_FAILED = Refusal(
    _("Something went wrong on our side."), _("Ask again; if it stays, an administrator can look.")
)
FEWEST = max(FEWEST_SEEDS, FEWEST_EXAMPLES)


def refusal(problem: Mapping[str, str]) -> Refusal:
    """Of a row's ``problem``."""
    code = problem.get("code", "")
    if code in REFUSALS:
        return REFUSALS[code]
    return _UNKNOWN_COLUMN if code.startswith("unknown_") else _FAILED
