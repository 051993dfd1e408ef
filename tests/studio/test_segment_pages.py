"""The pages about memberships: their numbers, who may look, what a link proposes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from django.urls import reverse

from marketing.people.models import Identity, Person
from marketing.people.queries import by_external_id
from segments.analysing import rfm
from segments.models import Segment
from segments.queries import newest_versions
from tests.campaigns.stage import NOW
from tests.segments.crowd import segment
from tests.segments.lived import LIVES, STAGES, day, live, stage_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

    from marketing.workspace.models import Workspace

BACKEND = "django.contrib.auth.backends.ModelBackend"


def address(page: str, *args: object) -> str:
    return reverse(f"admin:segments_segment_{page}", args=args)


@pytest.fixture
def signed_in(workspace: Workspace, client: Client) -> Client:
    from django.contrib.auth.models import User

    workspace.frozen_at = NOW
    workspace.save()
    operator = User.objects.create_superuser("operator", password="long, for the suite")
    client.force_login(operator, backend=BACKEND)
    return client


@pytest.fixture
def lived(signed_in: Client, workspace: Workspace, send: Callable[..., Any]) -> Client:
    live(workspace, send)
    return signed_in


def seen(client: Client, path: str) -> dict[str, Any]:
    """What the page shows; it must open."""
    answer: Any = client.get(path)
    assert answer.status_code == 200
    shown: dict[str, Any] = answer.context_data
    return shown


def key_of(name: str) -> int:
    return Segment.objects.get(key=name).pk


def test_rfm__a_region__shows_its_people_and_proposes_a_segment_that_means_the_same(
    lived: Client,
) -> None:
    shown = seen(lived, address("rfm") + "?region=champions")
    found = rfm.rfm()
    members = set(found.members((5, 5), (4, 5)).tolist())
    assert members and {person.pk for person in shown["sample"]} == members
    assert shown["n_chosen"] == len(members)
    chosen = {
        (each.cell.recency, each.cell.frequency)
        for _r, cells in shown["rows"] for each in cells if each.is_chosen
    }  # fmt: skip
    assert chosen == {(5, 4), (5, 5)}
    form = seen(lived, shown["make"])["adminform"].form
    given = [form.initial[name] for name in ("name", "name_zh", "key", "family")]
    assert given == ["Champions", "冠军客户", "rfm_champions", "rfm"]
    asked = parse_qs(urlsplit(shown["make"]).query)
    document = orjson.loads(asked["condition"][0])
    assert form.initial["condition"] == document
    made = segment("made", *document["condition"]["all"])
    from marketing import pipeline

    pipeline.refresh(_workspace(), NOW)
    assert set(newest_versions()[made.key].members) == members


def _workspace() -> Workspace:
    from marketing.workspace.queries import workspace

    return workspace()


@pytest.mark.parametrize("asked", ["", "?region=nowhere", "?r=9&f=1", "?r=5", "?r=x&f=%00"])
def test_rfm__nothing_or_nonsense_chosen__shows_the_grid_alone(lived: Client, asked: str) -> None:
    shown = seen(lived, address("rfm") + asked)
    assert "chosen" not in shown
    assert sum(each.cell.people for _r, cells in shown["rows"] for each in cells) == len(LIVES)


@pytest.mark.parametrize(
    "proposed", ["nonsense", "[1", '{"version":2}', '{"version":2,"condition":{"al":[]}}']
)
def test_form__with_a_proposal_that_is_no_condition__means_everybody(
    lived: Client, proposed: str
) -> None:
    form = seen(lived, f"{address('add')}?condition={proposed}")["adminform"].form
    assert form.initial["condition"]["condition"] == {"all": []}


def test_lifecycle__between_two_days__counts_who_moved(lived: Client) -> None:
    shown = seen(lived, f"{address('lifecycle')}?from={day(44).date()}&to={day(0).date()}")
    for stage, row in zip(STAGES, shown["rows"], strict=False):
        for target, cell in zip(STAGES, row["cells"], strict=False):
            lived_so = [n for n in LIVES if (stage_of(n, 44), stage_of(n, 0)) == (stage, target)]
            assert cell["people"] == len(lived_so)
    assert [each["people"] for each in shown["stage_sizes"]] == [
        sum(stage_of(name, 0) == stage for name in LIVES) for stage in STAGES
    ]


@pytest.mark.parametrize("asked", ["from=2020-01-01", "from=2024-06-12", "to=2030-01-01"])
def test_lifecycle__days_of_which_nothing_is_known__are_refused_in_words(
    lived: Client, asked: str
) -> None:
    shown = seen(lived, f"{address('lifecycle')}?{asked}")
    assert shown["problem"] and "rows" not in shown


def test_lifecycle__on_the_first_day__says_to_come_back(
    signed_in: Client, workspace: Workspace
) -> None:
    from marketing import pipeline
    from segments import shipped

    assert "There are no lifecycle stages" in text(signed_in, address("lifecycle"))
    shipped.install()
    pipeline.refresh(workspace, NOW)
    assert "Not enough history yet" in text(signed_in, address("lifecycle"))
    assert "Nobody has bought anything yet" in text(signed_in, address("rfm"))


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.mark.parametrize("page", ["rfm", "lifecycle", "overlap"])
def test_pages__before_the_first_refresh__open_and_say_so(signed_in: Client, page: str) -> None:
    assert "zx-empty-title" in text(signed_in, address(page))


@pytest.mark.parametrize("measure", ["both", "share", "jaccard", "lift", "nonsense"])
def test_overlap__of_chosen_segments__is_that_of_their_sets(lived: Client, measure: str) -> None:
    keys = ["big_spenders", "active", "new", "unheard-of"]
    asked = "&".join(f"s={key}" for key in keys)
    shown = seen(lived, f"{address('overlap')}?{asked}&show={measure}")
    sets = {key: set(newest_versions()[key].members) for key in keys[:3]}
    for row, a in zip(shown["rows"], sets.values(), strict=True):
        for cell, b in zip(row["cells"], sets.values(), strict=True):
            if cell.is_self:
                assert a == b
                continue
            both, either = len(a & b), len(a | b)
            truth = {
                "both": both, "share": both / len(a), "jaccard": both / either,
                "lift": both * len(LIVES) / (len(a) * len(b)),
            }  # fmt: skip
            assert cell.value == pytest.approx(truth.get(measure, both / len(a)))
    assert sum(part["people"] for part in shown["parts"]) == len(set().union(*sets.values()))


def test_overlap__of_one_segment__is_refused_in_words(lived: Client) -> None:
    assert seen(lived, f"{address('overlap')}?s=new")["problem"].startswith("Choose at least two")


def test_why__a_person__then_each_part_with_its_value_and_since_when(lived: Client) -> None:
    path = address("why", key_of("at_risk")) + "?person=dan"
    whole = text(lived, path)
    assert "<html" in whole and "not (Days since first activity is less than 28)" in whole
    part = lived.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "seen: 38" in part and "since 2024-06-12" in part


def test_why__a_visitor__is_known_by_the_visitor_s_own_id(lived: Client) -> None:
    person = by_external_id("dan")
    Identity.objects.create(key="anon:device-1", person=person)
    assert seen(lived, address("why", key_of("new")) + "?person=device-1")["person"] == person


@pytest.mark.parametrize("name", ["nobody", "%00", "a" * 900, "<script>"])
def test_why__nobody__then_it_says_so(lived: Client, name: str) -> None:
    page = text(lived, address("why", key_of("new")) + f"?person={name}")
    assert "There is no such person." in page and '<script>"' not in page


def test_why__of_no_segment__then_404(lived: Client) -> None:
    assert lived.get(address("why", 10**9)).status_code == 404


def test_pages__for_who_may_see_segments_and_no_people__name_nobody(lived: Client) -> None:
    from django.contrib.auth.models import Permission, User

    clerk: User = User.objects.create_user("clerk", password="long, for all", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_segment"))
    lived.force_login(clerk, backend=BACKEND)
    assert lived.get(address("why", key_of("new")) + "?person=ann").status_code == 403
    shown = seen(lived, address("rfm") + "?region=champions")
    assert shown["n_chosen"] and shown["sample"] == []
    page = text(lived, address("rfm") + "?region=champions")
    assert "Make this a segment" not in page
    assert "zx-why-person" not in text(lived, address("change", key_of("new")))


def test_list__says_of_every_segment_as_of_when_it_is_with_lag_and_differences(
    lived: Client, workspace: Workspace, send: Callable[..., Any]
) -> None:
    from marketing import pipeline
    from tests.messages import track

    assert text(lived, address("changelist")).count("no lag") == 11
    pipeline.rebuild(workspace, NOW)
    send(track("ann", "Course Enrolled", NOW), now=NOW - timedelta(minutes=5))
    page = text(lived, address("changelist"))
    assert page.count("lag 5 min · 0 differences") == 11


def test_segment_page__shows_freshness_days_and_stays(lived: Client) -> None:
    shown = seen(lived, address("change", key_of("new")))
    assert (shown["freshness"].waiting, shown["freshness"].as_of) == (0, NOW)
    sizes = dict(zip(shown["sizes"]["x"], shown["sizes"]["series"][0]["values"], strict=True))
    for ago in (44, 16, 0):
        inside = sum(stage_of(name, ago) == "new" for name in LIVES)
        assert sizes[day(ago).date().isoformat()] == inside
    entered, left = (series["values"] for series in shown["moved"]["series"])
    assert (entered[-1], left[-1]) == (
        sum(stage_of(n, 0) == "new" != stage_of(n, 16) for n in LIVES),
        -sum(stage_of(n, 16) == "new" != stage_of(n, 0) for n in LIVES),
    )


def test_person_s_page__lists_every_segment_on_its_side(lived: Client) -> None:
    for name in LIVES:
        person = Person.objects.get(key=f"user:{name}")
        shown = seen(lived, reverse("admin:people_person_change", args=[person.pk]))["places"]
        inside = {each.segment.key for each in shown["inside"]}
        assert inside == {
            key for key, version in newest_versions().items() if person.pk in version.members
        }
        assert {s.key for s in Segment.objects.all()} - inside == {
            each.segment.key for each in shown["outside"]
        }
