"""What the app shows one person: recommendations, offers with a placement, the inbox."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest

from campaigns.models import Coupon, Decision, Delivery, InboxCard
from marketing.events.intake import Taken
from marketing.workspace.models import Workspace
from tests.api.caller import json, problem
from tests.api.stage import home, of, with_coupons
from tests.campaigns.stage import COURSES, NOW, decided, draft, person, publish, teach
from tests.messages import track

Send = Callable[..., Taken]
AtMost = Callable[[int], AbstractContextManager[object]]
ROWS = [["algebra", "calculus"]] * 6 + [["poetry", "drama"]] * 5 + [["algebra", "poetry"]]

# On PostgreSQL only: a text with NUL is refused by the driver, and nobody refuses it before.
NUL = "%00"


def recommended(name: str, query: str = "") -> list[dict[str, object]]:
    found: list[dict[str, object]] = json(
        of(name).get(f"/api/v1/people/{name}/recommendations{query}")
    )["recommendations"]
    return found


def test_recommendations__something_owned__then_not_it_and_why(here: Workspace, send: Send) -> None:
    teach(ROWS)
    send(track("ann", "Order Completed", NOW, content="algebra"), now=NOW)
    found = recommended("ann")
    assert {each["content"] for each in found} == set(COURSES) - {"algebra"}
    first = found[0]
    assert (first["content"], first["title"], first["price_cents"]) == (
        "calculus", "Calculus", 9_900,
    )  # fmt: skip
    because = first["because"]
    assert isinstance(because, dict)
    assert (because["content"], because["title"]) == ("algebra", "Algebra")
    # One course in the history: it is the whole score.
    assert because["share"] == pytest.approx(first["score"])
    scores = [float(str(each["score"])) for each in found]
    assert scores == sorted(scores, reverse=True)


def test_recommendations__nothing_known__then_the_popular_without_a_because(
    here: Workspace,
) -> None:
    teach(ROWS)
    person("ann")
    found = recommended("ann")
    assert [each["because"] for each in found] == [None] * len(COURSES)
    assert found[0]["content"] == "algebra"


def test_recommendations__unpublished_or_everything_owned__then_left_out(
    here: Workspace, send: Send
) -> None:
    from marketing.catalog.models import Content

    teach(ROWS)
    send(*(track("ann", "Course Enrolled", NOW, content=c) for c in COURSES[:3]), now=NOW)
    assert [each["content"] for each in recommended("ann")] == ["drama"]
    Content.objects.filter(external_id="drama").update(published=False)
    assert recommended("ann") == []


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_recommendations__limit__then_at_most_so_many(here: Workspace, limit: int) -> None:
    teach(ROWS)
    person("ann")
    assert len(recommended("ann", f"?limit={limit}")) == min(limit, len(COURSES))


def test_recommendations__asked_for__then_few_queries(
    here: Workspace, send: Send, django_assert_max_num_queries: AtMost
) -> None:
    teach(ROWS)
    send(track("ann", "Order Completed", NOW, content="algebra"), now=NOW)
    ann = of("ann")
    with django_assert_max_num_queries(7):
        ann.get("/api/v1/people/ann/recommendations")


def test_offers__coupons__then_only_ones_own_that_can_be_used(here: Workspace) -> None:
    mine, _bobs = with_coupons(here, "ann", "bob")
    (offered,) = json(of("ann").get("/api/v1/people/ann/offers"))["coupons"]
    assert (offered["code"], offered["value_cents"]) == (mine.code, 1_000)
    assert datetime.fromisoformat(offered["expires_at"]) == NOW + timedelta(days=14)
    Coupon.objects.filter(pk=mine.pk).update(redeemed_at=NOW)
    assert json(of("ann").get("/api/v1/people/ann/offers"))["coupons"] == []


def test_offers__expired__then_gone(here: Workspace) -> None:
    (mine,) = with_coupons(here, "ann")
    here.frozen_at = mine.expires_at
    here.save()
    assert json(of("ann").get("/api/v1/people/ann/offers")) == {"coupons": [], "slot": None}


def test_offers__with_a_placement__then_decided_and_told_why(here: Workspace) -> None:
    person("ann")
    publish()
    home(here)
    ann = of("ann")
    slot = json(ann.get("/api/v1/people/ann/offers?placement=home"))["slot"]
    assert (slot["title"], slot["variant"]) == ("Become a member", "ad")
    assert slot["url"] == "https://example.org/"
    decision = json(ann.get(f"/api/v1/decisions/{slot['decision']}"))
    assert (decision["outcome"], decision["campaign"]) == ("yes", "home")
    assert json(ann.get("/api/v1/people/ann/offers?placement=home"))["slot"] == slot
    assert Decision.objects.count() == Delivery.objects.count() == 1


@pytest.mark.parametrize(
    "placement", ["nowhere", NUL, "%F0%9F%98%80", "x" * 500, "%ff", "home%20", "' OR 1=1"]
)
def test_offers__a_placement_that_is_none__then_an_empty_slot(
    here: Workspace, placement: str
) -> None:
    person("ann")
    publish()
    home(here)
    answer = of("ann").get(f"/api/v1/people/ann/offers?placement={placement}")
    if answer.status_code == 200:
        assert json(answer)["slot"]["title"] is None
        assert json(answer)["slot"]["decision"] is None
    else:
        problem(answer, 400, json(answer)["code"])


def test_offers__asked_for__then_few_queries(
    here: Workspace, django_assert_max_num_queries: AtMost
) -> None:
    with_coupons(here, *(f"p{i}" for i in range(5)))
    ann = of("p0")
    with django_assert_max_num_queries(6):
        ann.get("/api/v1/people/p0/offers")


def cards(here: Workspace, name: str, n: int) -> list[int]:
    """``n`` cards by as many campaigns, newest first."""
    row = person(name)
    publish()
    for i in range(n):
        delivery = decided(draft(f"{name}-{i}"), here)[-1]
        InboxCard.objects.create(
            person=row, delivery=delivery, title=f"Card {i}", created_at=NOW, coupon_code=f"C-{i}"
        )
    return list(InboxCard.objects.filter(person=row).order_by("-id").values_list("id", flat=True))


def test_inbox__paged__then_every_card_once_newest_first(here: Workspace) -> None:
    expected = cards(here, "ann", 7)
    ann, found, query = of("ann"), [], "?limit=3"
    sizes = []
    while True:
        page = json(ann.get(f"/api/v1/people/ann/inbox{query}"))
        found += [each["id"] for each in page["cards"]]
        sizes.append(len(page["cards"]))
        if page["next_before"] is None:
            break
        query = f"?limit=3&before={page['next_before']}"
    assert found == expected
    assert sizes == [3, 3, 1]


def test_inbox__page_exactly_full__then_no_empty_page_follows(here: Workspace) -> None:
    cards(here, "ann", 3)
    page = json(of("ann").get("/api/v1/people/ann/inbox?limit=3"))
    assert (len(page["cards"]), page["next_before"]) == (3, None)


def test_inbox__others_have_cards__then_only_ones_own(here: Workspace) -> None:
    mine, theirs = cards(here, "ann", 1), cards(here, "bob", 1)
    page = json(of("ann").get(f"/api/v1/people/ann/inbox?before={theirs[0] + 1}"))
    assert [each["id"] for each in page["cards"]] == mine
    assert set(page["cards"][0]) == {
        "id", "title", "body", "content", "coupon_code", "created_at",
    }  # fmt: skip


def test_inbox__many_cards__then_as_few_queries_as_for_one(
    here: Workspace, django_assert_max_num_queries: AtMost
) -> None:
    cards(here, "ann", 12)
    ann = of("ann")
    with django_assert_max_num_queries(4):
        assert len(json(ann.get("/api/v1/people/ann/inbox?limit=50"))["cards"]) == 12
