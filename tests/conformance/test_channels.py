"""The laws of every channel: twice is once under one key; only the four answers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from pytest_django import Settings
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from campaigns.actions import Message, Refused
from campaigns.channels import CHANNELS, Channel, Receipt, TryLater, Unknown, webhook
from campaigns.channels.memory import Memory
from campaigns.channels.webhook import Webhook
from campaigns.models import Delivery, InboxCard
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, crowd, decided, draft
from tests.conformance.loopback import Host, host

every_member = pytest.mark.parametrize("name", list(CHANNELS))
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def server(settings: Settings) -> Iterator[Host]:
    with host() as found:
        settings.PUSH_WEBHOOK_URL = found.url
        settings.PUSH_WEBHOOK_SECRET = SECRET
        yield found


@pytest.fixture
def delivery(workspace: Workspace) -> Delivery:
    crowd(1)
    return decided(draft(), workspace)[0]


@pytest.fixture
def message(delivery: Delivery) -> Message:
    return Message(str(delivery.pk), "你好 Hello", "Use {code} “now”.", "algebra", "AAAA-BBBB")


def reached(channel: Channel, server: Host) -> int:
    """Different messages that the other side has by now."""
    sent = len(channel.sent) if isinstance(channel, Memory) else 0
    return sent + len(server.taken) + InboxCard.objects.count()


@every_member
def test_channel__sent_twice_under_one_key__then_is_once(
    name: str, server: Host, delivery: Delivery, message: Message
) -> None:
    channel = CHANNELS.get(name)()
    first = channel.send(delivery.person_id, message, NOW)
    second = channel.send(delivery.person_id, message, NOW + timedelta(minutes=9))
    assert first == second and isinstance(first, Receipt)
    assert reached(channel, server) == 1


@every_member
def test_channel__the_same_key_with_other_words__then_the_first_stands(
    name: str, server: Host, delivery: Delivery, message: Message
) -> None:
    channel = CHANNELS.get(name)()
    channel.send(delivery.person_id, message, NOW)
    channel.send(delivery.person_id, replace(message, title="Other"), NOW)
    assert reached(channel, server) == 1
    assert not InboxCard.objects.filter(title="Other").exists()
    assert not any(b"Other" in body for body in server.taken.values())


@every_member
def test_channel__long_and_odd_words__then_still_one_of_the_four_answers(
    name: str, server: Host, delivery: Delivery, message: Message
) -> None:
    odd = replace(message, title="題" * 400, body="\u202e<script>\n" * 50, extra={"ad": "x"})
    answer = CHANNELS.get(name)().send(delivery.person_id, odd, NOW)
    assert type(answer) in (Receipt, Refused, TryLater, Unknown)


@every_member
def test_channel__any__then_named_in_both_languages(name: str) -> None:
    label = CHANNELS.get(name).label
    assert label.en and label.zh and label.en != label.zh


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, Receipt), (201, Receipt), (204, Receipt),
        (400, Refused), (404, Refused), (410, Refused), (422, Refused),
        (408, TryLater), (425, TryLater), (429, TryLater), (503, TryLater),
        (500, Unknown), (502, Unknown), (504, Unknown),
    ],
)  # fmt: skip
def test_webhook__each_status__then_its_meaning(
    status: int, answer: type, server: Host, delivery: Delivery, message: Message
) -> None:
    server.answer = status
    assert type(Webhook().send(delivery.person_id, message, NOW)) is answer
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_webhook__redirected__then_not_delivered(
    status: int, server: Host, delivery: Delivery, message: Message
) -> None:
    server.answer = status
    assert type(Webhook().send(delivery.person_id, message, NOW)) is not Receipt


def test_webhook__no_answer_after_reading__then_unknown(
    server: Host, delivery: Delivery, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "_TIMEOUT_S", (1, 0.1))
    server.answer = "hang"
    assert type(Webhook().send(delivery.person_id, message, NOW)) is Unknown


def test_webhook__hangs_up_after_reading__then_unknown(
    server: Host, delivery: Delivery, message: Message
) -> None:
    server.answer = "cut"
    assert type(Webhook().send(delivery.person_id, message, NOW)) is Unknown


def test_webhook__hangs_up_within_its_answer__then_one_of_the_four_answers(
    server: Host, delivery: Delivery, message: Message
) -> None:
    server.answer = "half"
    answer = Webhook().send(delivery.person_id, message, NOW)
    assert type(answer) in (Receipt, Unknown)


def test_webhook__nobody_listens__then_later(
    delivery: Delivery, message: Message, settings: Settings
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: refused
        settings.PUSH_WEBHOOK_URL = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        settings.PUSH_WEBHOOK_SECRET = SECRET
        assert type(Webhook().send(delivery.person_id, message, NOW)) is TryLater


def test_webhook__its_name_does_not_resolve__then_later(
    delivery: Delivery, message: Message, settings: Settings
) -> None:
    settings.PUSH_WEBHOOK_URL = "http://host.invalid/"
    settings.PUSH_WEBHOOK_SECRET = SECRET
    assert type(Webhook().send(delivery.person_id, message, NOW)) is TryLater


@pytest.mark.parametrize("url", ["", "not a url", "ftp://127.0.0.1/", "http://"])
def test_webhook__address_is_none__then_one_of_the_four_answers(
    url: str, delivery: Delivery, message: Message, settings: Settings
) -> None:
    settings.PUSH_WEBHOOK_URL = url
    settings.PUSH_WEBHOOK_SECRET = SECRET
    answer = Webhook().send(delivery.person_id, message, NOW)
    assert type(answer) in (Receipt, Refused, TryLater, Unknown)


def test_webhook__sent__then_a_standard_library_verifies_the_signature(
    server: Host, delivery: Delivery, message: Message
) -> None:
    Webhook().send(delivery.person_id, message, datetime.now(UTC))
    (request,) = server.seen
    said = Verifier(SECRET).verify(request.body.decode(), request.headers)
    assert said == orjson.loads(request.body)
    assert (said["key"], said["title"]) == (message.key, message.title)
    assert (said["person"], said["coupon_code"]) == ("p0", "AAAA-BBBB")
    assert request.headers["webhook-id"] == str(delivery.pk)


def test_webhook__altered_on_the_way__then_the_signature_fails(
    server: Host, delivery: Delivery, message: Message
) -> None:
    Webhook().send(delivery.person_id, message, datetime.now(UTC))
    (request,) = server.seen
    altered = request.body.replace(b"AAAA", b"BBBB")
    for body, headers in (
        (altered, request.headers),
        (request.body, request.headers | {"webhook-id": "9"}),
        (request.body, request.headers | {"webhook-timestamp": "1"}),
    ):
        with pytest.raises(WebhookVerificationError):
            Verifier(SECRET).verify(body.decode(), headers)


def test_webhook__first_seen_anonymously__then_the_host_gets_its_own_id(
    server: Host, delivery: Delivery, message: Message
) -> None:
    from marketing.people.models import Identity

    person = delivery.person
    person.key = "anon:5f2a"
    person.save()
    Identity.objects.create(key="anon:5f2a", person=person)
    Webhook().send(person.pk, message, NOW)
    assert orjson.loads(server.seen[0].body)["person"] == "p0"
