"""What the builder says, in the operator's language; {name} stands for a value."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketing.kernel.text import Text
from marketing.studio.shell import said


def words() -> dict[str, str]:
    return {**_sentence(), **_values(), **_frame(), **_acts(), **_panel(), **_states()}


def _sentence() -> dict[str, str]:
    """The words between the inputs of a condition."""
    return {
        "did": _("did"),
        "did_not": _("did not do"),
        "or_a_number": _("or a number made of them"),
        "verb": _("what they did"),
        "over": _("over"),
        "event": _("event"),
        "or": _("or"),
        "or_event": _("or another event"),
        "how_often": _("how often"),
        "times": _("times"),
        "when": _("when"),
        "window_last": _("in the last"),
        "window_between": _("between"),
        "window_ever": _("ever"),
        "window_other": _("as stored"),
        "how_long": _("how long"),
        "unit": _("unit"),
        "days": _("days"),
        "hours": _("hours"),
        "days_ago": _("days ago"),
        "days_ago_near": _("days ago, at the latest"),
        "days_ago_far": _("days ago, at the earliest"),
        "then_not": _("then did not do"),
        "then_did": _("then did"),
        "followed": _("what followed"),
        "within": _("within"),
        "within_label": _("within how long"),
        # The catalogue knows another "where": that of a place.
        "where": said(Text("where", "其中")),
        "and": _("and"),
        "not": _("not"),
    }


def _values() -> dict[str, str]:
    """Names and values, and how their inputs are called."""
    return {
        "choose": _("Choose…"),
        "search": _("Search…"),
        "reads_date": _("as a date"),
        "reads_version": _("as a version"),
        "reads_set": _("as a set"),
        "reads_region": _("as a place"),
        "reads_other": _("as any text"),
        "unseen": _("{name} (nothing of it yet)"),
        "type_a_name": _("Another name…"),
        "none_yet": _("none yet"),
        "yes": _("yes"),
        "no": _("no"),
        "property": _("property"),
        "comparison": _("comparison"),
        "value": _("value"),
        "values": _("values"),
        "low": _("lowest value"),
        "high": _("highest value"),
        "in_percent": _("{label}, in percent"),
        "add_value": _("Add to {label}"),
        "add_value_hint": _("add a value"),
        "remove_value": _("Remove {value}"),
        "add_filter": _("add filter"),
        "filter_n": _("Filter {n}"),
        "remove_filter": _("Remove filter {n}"),
    }


def _frame() -> dict[str, str]:
    """Groups, conditions, and how each is called."""
    return {
        "all": _("All of the following"),
        "any": _("Any of the following"),
        "AND": _("AND"),
        "OR": _("OR"),
        "exclude": _("Exclude"),
        "whole": _("Whole condition"),
        "whole_mode": _("How the whole condition is combined"),
        "group_n": _("Group {n}"),
        "group_mode": _("How group {n} is combined"),
        "condition_n": _("Condition {n}"),
        "kind_of_condition": _("kind of condition"),
        "unknown_leaf": _("A kind of condition that is not known here: {type}"),
        "empty_all": _("No condition yet: everybody is meant."),
        "empty_any": _("No condition yet: nobody is meant."),
        "add_group": _("Add group"),
        "add_to": _("Add to {where}: {title}"),
        "too_deep": _("Groups nest at most {n} deep."),
    }


def _acts() -> dict[str, str]:
    """What can be done to a part, and what is heard when it was."""
    return {
        "exclude_part": _("Exclude: {name}"),
        "move_up": _("Move up: {name}"),
        "move_down": _("Move down: {name}"),
        "duplicate": _("Duplicate: {name}"),
        "delete": _("Delete: {name}"),
        "drag": _("Drag to move"),
        "added": _("Added."),
        "duplicated": _("Duplicated."),
        "deleted": _("Deleted."),
        "moved_to": _("Moved to {n}."),
        "no_further": _("It cannot be moved any further."),
        "undo": _("Undo"),
        "undone": _("Undone."),
        "as_json": _("As JSON"),
        "copy": _("Copy"),
        "copied": _("Copied"),
    }


def _panel() -> dict[str, str]:
    """Who is meant."""
    return {
        "summary": _("Summary"),
        "no_sentence": _("It is said here once every part is filled in."),
        "audience": _("Estimated audience"),
        "share_of_all": _("{share} of all people"),
        "people_said": _("{people} people, {share} of all"),
        "reachable_by": _("Reachable by"),
        "sample": _("Sample"),
        "top_fifth": _("Top fifth"),
        "as_of": _("as of {moment}"),
        "took": _("{ms} ms"),
    }


def _states() -> dict[str, str]:
    """Why nobody is counted, and what to do."""
    return {
        "nobody": _("Nobody is meant. Loosen a condition."),
        "no_sample": _("You are not allowed to see people."),
        "counted_later": _("A part of it is not computed yet: counted within a minute of saving."),
        "from_to": _("By what is known now, between {low} and {high} people."),
        "at_most": _("By what is known now, at most {high} people."),
        "n_to_mend": _("Parts that need attention: {n}"),
        "go_there": _("Show the first"),
        "failed_network": _("Not counted: the server did not answer."),
        "failed_session": _("You are signed out. Sign in in another tab, then try again."),
        "failed_forbidden": _("You are not allowed to count people."),
        "failed_refused": _("This condition is too large to be counted here."),
        "try_again": _("Try again"),
    }
