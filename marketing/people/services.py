"""What changes people: resolving names, merging, saying attributes, consent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from marketing.people.models import Consent, Identity, LabelGiven, Person, Subscription
from marketing.people.subscriptions import MOMENTS, Fact, fold, moments
from marketing.people.types import Names

_CONSENT = "_consent"
_REACHABLE = "reachable_"
# Other names ending so are attributes like any other.
_CHANNEL = re.compile(r"[a-z][a-z0-9-]{0,19}_consent")


def resolve(names: Sequence[Names], now: datetime) -> list[int]:
    """The ordinal of each message's person; unknown people are created, known names linked.

    Must run inside the caller's transaction. A message that names an anonymous and a known person
    makes them one: the younger ordinal redirects to the older.
    """
    known = _known({key for each in names for key in each.keys})
    pairs = [each for each in names if len(each.keys) == 2]
    known |= _create(_unknown(pairs, known), now)
    for each in pairs:
        _link(each, known, now)
    # Only now: who is named alone here may have been linked to somebody just above.
    known |= _create(_unknown(names, known), now)
    return [known[each.keys[0]] for each in names]


def _unknown(names: Iterable[Names], known: Mapping[str, int]) -> list[str]:
    """The first key of each message none of whose keys is anybody's."""
    return sorted({each.keys[0] for each in names if not any(key in known for key in each.keys)})


def _known(keys: Iterable[str]) -> dict[str, int]:
    found = Identity.objects.filter(key__in=list(keys)).values_list("key", "person_id")
    return dict(found)


def _create(keys: Sequence[str], now: datetime) -> dict[str, int]:
    """Insert what is missing; a racing transaction's rows are found, not doubled."""
    if not keys:
        return {}
    Person.objects.bulk_create(
        [Person(key=key, created_at=now) for key in keys], ignore_conflicts=True
    )
    ids = dict(Person.objects.filter(key__in=keys).values_list("key", "id"))
    Identity.objects.bulk_create(
        [Identity(key=key, person_id=ids[key]) for key in keys], ignore_conflicts=True
    )
    return _known(keys)


def _link(names: Names, known: dict[str, int], now: datetime) -> None:
    """A visitor who turns out to be a known user is one with them, onto the older ordinal.

    A device that several users sign in on goes with the one who signed in last; they stay
    several people: no message from an app may make one known user another.
    """
    user, anonymous = names.keys
    visitor = known.get(anonymous)
    if visitor is None:
        _point(anonymous, known[user], known)
    elif known.get(user) == visitor:
        return
    elif Identity.objects.filter(person_id=visitor, key__startswith="user:").exists():
        if user not in known:
            known |= _create([user], now)
        _point(anonymous, known[user], known)
    elif user not in known:
        _point(user, visitor, known)
    else:
        _join(known[user], visitor, known)


def _point(key: str, person: int, known: dict[str, int]) -> None:
    Identity.objects.update_or_create(key=key, defaults={"person_id": person})
    known[key] = person


def _join(user: int, visitor: int, known: dict[str, int]) -> None:
    """Onto the older ordinal, under the user's key: it is what the user's arms were dealt by."""
    older, younger = sorted((user, visitor))
    key = Person.objects.get(pk=user).key
    Person.objects.filter(pk=younger).update(key=f"gone:{younger}")
    if older != user:
        Person.objects.filter(pk=older).update(key=key)
    _merge(older, younger)
    known.update({key: older for key, person in known.items() if person == younger})


def _merge(older: int, younger: int) -> None:
    """The younger ordinal redirects to the older for good; what each had said is united."""
    kept, gone = Person.objects.get(pk=older), Person.objects.get(pk=younger)
    kept.said = newest(kept.said, gone.said)
    kept.save(update_fields=["said"])
    Identity.objects.filter(person_id=younger).update(person_id=older)
    Person.objects.filter(pk=younger).update(merged_into=older)
    Person.objects.filter(merged_into=younger).update(merged_into=older)
    taken = Consent.objects.filter(person_id=older).values_list("channel", flat=True)
    Consent.objects.filter(person_id=younger).exclude(channel__in=list(taken)).update(
        person_id=older
    )
    _consents([kept])  # what was said last counts, whoever of the two said it
    _merge_subscriptions(older, younger)
    _merge_labels(older, younger)


def _merge_subscriptions(older: int, younger: int) -> None:
    gone = Subscription.objects.filter(person_id=younger).first()
    if gone is not None:
        facts = [Fact(*each) for each in gone.facts]
        gone.delete()
        subscribe({older: facts})


def _merge_labels(older: int, younger: int) -> None:
    """What was given by hand goes along; what a rule or a model gave it gives anew."""
    LabelGiven.objects.filter(person_id=younger).exclude(source=LabelGiven.Source.MANUAL).delete()
    taken = LabelGiven.objects.filter(person_id=older).values_list("label_id", "value")
    for given in LabelGiven.objects.filter(person_id=younger):
        if (given.label_id, given.value) not in set(taken):
            LabelGiven.objects.filter(pk=given.pk).update(person_id=older)
    LabelGiven.objects.filter(person_id=younger).delete()


def subscribe(facts: Mapping[int, Sequence[Fact]]) -> None:
    """Facts about subscriptions by ordinal, in any order and however often."""
    known = {row.person_id: row for row in Subscription.objects.filter(person_id__in=facts)}
    rows = []
    for person, fresh in facts.items():
        before = [Fact(*each) for each in known[person].facts] if person in known else []
        united = {fact.message_id: fact for fact in [*before, *fresh]}
        terms = fold(united.values())
        rows.append(
            Subscription(
                person_id=person,
                facts=[list(fact) for fact in united.values()],
                plan=terms.plan[:120],
                terms=msgspec.to_builtins(terms),
                **moments(terms, united.values()),
            )
        )
    Subscription.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["facts", "plan", "terms", *MOMENTS],
    )


def newest(
    first: Mapping[str, tuple[object, int]], second: Mapping[str, tuple[object, int]]
) -> dict[str, tuple[object, int]]:
    """Per name the pair with the later moment; ties by the value's text, so order is no matter."""
    united = dict(first)
    for name, (value, at) in second.items():
        mine = united.get(name)
        if mine is None or (at, str(value)) > (mine[1], str(mine[0])):
            united[name] = (value, at)
    return united


def say(said: Sequence[tuple[int, int, Mapping[str, object]]]) -> None:
    """Attributes from identify events: (ordinal, at in microseconds, traits), in any order."""
    latest: dict[int, dict[str, tuple[object, int]]] = {}
    for ordinal, at_us, traits in said:
        told = {name: (value, at_us) for name, value in traits.items()}
        latest[ordinal] = newest(latest.get(ordinal, {}), told)
    people = list(Person.objects.filter(pk__in=latest))
    for person in people:
        person.said = newest(person.said, latest[person.pk])
    Person.objects.bulk_update(people, ["said"], batch_size=500)
    _consents(people)


def _consents(people: Sequence[Person]) -> None:
    """``push_consent: true`` and ``reachable_push: true`` among the traits are about channels."""
    rows = [
        Consent(
            person=person,
            channel=name.removesuffix(_CONSENT),
            granted=value is True,
            reachable=person.attributes.get(f"{_REACHABLE}{name.removesuffix(_CONSENT)}", True)
            is True,
            source="identify",
            changed_at=datetime.fromtimestamp(person.said[name][1] / 1e6, UTC),
        )
        for person in people
        for name, value in person.attributes.items()
        if _CHANNEL.fullmatch(name)
    ]
    Consent.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["person", "channel"],
        update_fields=["granted", "reachable", "source", "changed_at"],
    )


def forget(ordinals: Sequence[int], now: datetime) -> dict[str, int]:
    """Names, attributes, consents, labels and subscriptions go; the ordinals stay and name nobody.

    Somebody who comes back under the same name is somebody new.
    """
    counts = {"identities": Identity.objects.filter(person_id__in=ordinals).delete()[0]}
    for name, rows in (
        ("consents", Consent.objects),
        ("subscriptions", Subscription.objects),
        ("labels", LabelGiven.objects),
    ):
        counts[name] = rows.filter(person_id__in=ordinals).delete()[0]
    for ordinal in ordinals:
        Person.objects.filter(pk=ordinal).update(key=f"erased:{ordinal}", said={}, erased_at=now)
    return counts
