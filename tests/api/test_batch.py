"""A batch: each event stands alone, is stored once, and 200 says what became of it."""

from __future__ import annotations

import orjson
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketing.events.models import Event, RejectedEvent
from marketing.people.models import Consent, Identity, Person
from marketing.people.queries import by_external_id
from marketing.people.services import say
from tests.api.caller import Caller, bearer, json, key, token
from tests.campaigns.stage import NOW
from tests.messages import identify, track

KINDS = ("track", "identify", "page", "screen", "alias", "group")


def test_batch__good_bad_and_known__then_each_on_its_own(app: Caller) -> None:
    good, known = track("ann", "Course Viewed", NOW), track("bob", "Course Viewed", NOW)
    app.batch(known)
    taken = json(app.batch(good, {"type": "track", "event": "x"}, known, "text", good))
    assert (taken["accepted"], taken["duplicates"]) == (1, 2)
    assert [(each["index"], each["code"], each["pointer"]) for each in taken["rejected"]] == [
        (1, "missing_identity", "/userId"), (3, "not_an_object", "/"),
    ]  # fmt: skip
    assert Event.objects.count() == 2


def test_batch__empty__then_nothing_to_do(app: Caller) -> None:
    assert json(app.batch()) == {"accepted": 0, "duplicates": 0, "rejected": []}


def test_batch__sent_again__then_only_duplicates(app: Caller) -> None:
    messages = [track("ann", "Course Viewed", NOW) for _ in range(5)]
    assert json(app.batch(*messages))["accepted"] == 5
    assert json(app.batch(*messages)) == {"accepted": 0, "duplicates": 5, "rejected": []}


def test_batch__a_thousand__then_all_stored(app: Caller) -> None:
    taken = json(app.batch(*(track(f"p{i % 50}", "Course Viewed", NOW) for i in range(1_000))))
    assert (taken["accepted"], Event.objects.count(), Person.objects.count()) == (1_000, 1_000, 50)


def test_batch__rejected__then_kept_with_its_reason(app: Caller) -> None:
    app.batch({"type": "nonsense", "userId": "ann"})
    kept = RejectedEvent.objects.get()
    assert (kept.code, kept.pointer, kept.received_at) == ("unknown_type", "/type", NOW)
    assert orjson.loads(kept.body) == {"type": "nonsense", "userId": "ann"}


@pytest.mark.parametrize("kind", KINDS)
def test_single_call__each_kind__then_stored_under_it(kind: str, app: Caller) -> None:
    body = {"userId": "ann", "previousId": "a", "event": "Course Viewed", "messageId": "m-1",
            "properties": {"content": "algebra"}, "traits": {"region": "north"}}  # fmt: skip
    assert json(app.post(f"/v1/{kind}", body)) == {"accepted": 1, "duplicates": 0, "rejected": []}
    assert json(app.post(f"/v1/{kind}", body))["duplicates"] == 1
    event = Event.objects.get()
    assert event.kind == kind
    assert event.name == ("Course Viewed" if kind == "track" else f"${kind}")
    expected = body["traits"] if kind == "identify" else body["properties"]
    assert orjson.loads(event.properties) == expected


def test_single_call__type_in_the_body__then_the_path_decides(app: Caller) -> None:
    app.post("/v1/page", {"type": "track", "userId": "ann"})
    assert Event.objects.get().kind == "page"


def test_timestamp__of_tomorrow_and_later__then_replaced_and_kept(app: Caller) -> None:
    app.batch({"type": "track", "event": "x", "userId": "a", "timestamp": "2031-01-01T00:00:00Z"})
    event = Event.objects.get()
    assert event.at == NOW
    assert orjson.loads(event.context)["originalTimestamp"] == "2031-01-01T00:00:00Z"


def test_unknown_fields__of_the_dialect__then_kept(app: Caller) -> None:
    app.batch(track("ann", "x", NOW) | {"integrations": {"All": True}, "context": {"ip": "::1"}})
    kept = orjson.loads(Event.objects.get().context)
    assert kept == {"integrations": {"All": True}, "context": {"ip": "::1"}}


def test_anonymous_then_known__then_one_person(app: Caller) -> None:
    app.batch(track(None, "Course Viewed", NOW, anonymous="phone"))
    app.batch(identify("ann", NOW, anonymous="phone"))
    assert Person.objects.count() == 1
    assert by_external_id("ann").key == "anon:phone"


def test_two_users_of_one_device__then_stay_two_people(app: Caller) -> None:
    for user in ("ann", "bob"):
        app.batch(track(user, "Course Viewed", NOW, anonymous="tablet"))
    assert by_external_id("ann") != by_external_id("bob")


def test_write_key__links_two_known_users__then_neither_reads_the_other(app: Caller) -> None:
    from campaigns.models import InboxCard
    from tests.campaigns.stage import coupons, decided, draft, person, publish

    ann, mallory = person("ann"), person("mallory")
    publish()
    from campaigns.delivering import deliver_due
    from marketing.workspace.queries import workspace

    decided(draft(variants=coupons()), workspace())
    deliver_due(workspace(), NOW)
    card = InboxCard.objects.get(person=ann)
    # The write key lies in every copy of the app.
    app.batch(
        track("ann", "x", NOW, anonymous="evil"), track("mallory", "x", NOW, anonymous="evil")
    )
    answer = bearer(token(key("server")[0], "mallory")).get("/api/v1/people/mallory/inbox")
    codes = {each["coupon_code"] for each in json(answer)["cards"]}
    assert card.coupon_code not in codes, mallory


SCALAR = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False),
    st.text(max_size=20), st.sampled_from(["ann", "bob", "m1", "m2", "track", "2024-06-12T00:00Z"]),
)  # fmt: skip
JSON = st.recursive(
    SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
NEARLY = st.fixed_dictionaries(
    {"type": st.one_of(st.sampled_from(KINDS), JSON)},
    optional={
        "messageId": st.one_of(st.sampled_from(["m1", "m2", "m3", ""]), JSON),
        "userId": st.one_of(st.sampled_from(["ann", "bob", 7]), JSON),
        "anonymousId": st.one_of(st.sampled_from(["phone", "tablet"]), JSON),
        "previousId": JSON,
        "event": st.one_of(st.just("Course Viewed"), JSON),
        "timestamp": st.one_of(st.datetimes().map(lambda at: at.isoformat()), JSON),
        "properties": JSON,
        "traits": st.dictionaries(st.text(max_size=8), JSON, max_size=3),
        "context": JSON,
        "name": JSON,
    },
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batch=st.lists(st.one_of(NEARLY, NEARLY, NEARLY, JSON), max_size=6))
def test_batch__anything__then_every_event_is_accounted_for(
    batch: list[object], app: Caller
) -> None:
    before, quarantined = Event.objects.count(), RejectedEvent.objects.count()
    answer = app.post("/v1/batch", _dumped({"batch": batch}))
    taken = json(answer)
    if answer.status_code != 200:
        assert 400 <= answer.status_code < 500, answer.content
        assert Event.objects.count() == before
        return
    rejected = {each["index"] for each in taken["rejected"]}
    assert taken["accepted"] + taken["duplicates"] + len(rejected) == len(batch)
    assert Event.objects.count() - before == taken["accepted"]
    assert RejectedEvent.objects.count() - quarantined == len(rejected)
    for index, message in enumerate(batch):
        if index not in rejected and isinstance(message, dict) and message.get("messageId"):
            assert Event.objects.filter(message_id=message["messageId"]).count() == 1
    # No identity leads to two people, no person is nobody's.
    assert Identity.objects.filter(person__merged_into__isnull=False).count() == 0


def _dumped(value: object) -> bytes:
    """As any client might: big numbers and lone surrogates included."""
    import json as library

    return library.dumps(value).encode()


def test_identify__consent_to_a_channel_of_a_long_name__then_the_fold_goes_on(
    app: Caller,
) -> None:
    # Anybody with the app can send this trait.
    traits = {"c" * 30 + "_consent": True, "push_consent": True}
    app.post("/v1/identify", {"userId": "ann", "traits": traits})
    ann = by_external_id("ann")
    with transaction.atomic():
        say([(ann.pk, Event.objects.get().at_us, traits)])
    assert [each.channel for each in Consent.objects.all()] == ["push"]
