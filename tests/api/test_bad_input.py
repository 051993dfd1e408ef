"""Bodies from strangers: whatever they are, never a 500."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketing.events.models import Event
from marketing.kernel.bounded_json import MAX_BYTES, MAX_DEPTH, MAX_KEYS, decode
from marketing.kernel.errors import Invalid, TooLarge
from tests.api.caller import Caller, json, problem

TRACK = b'{"userId":"ann","event":"x","properties":%b}'
BODIES: dict[str, tuple[bytes, int]] = {
    "empty": (b"", 400),
    "spaces": (b"   ", 400),
    "not JSON": (b"hello", 400),
    "half": (b'{"batch":[', 400),
    "two values": (b"{}{}", 400),
    "a comment": (b'{"batch":[]}//', 400),
    "a form": (b"batch=%5B%5D", 400),
    "not UTF-8": (b'{"batch":["\xff\xfe"]}', 400),
    "UTF-16": ('{"batch":[]}'.encode("utf-16"), 400),
    "a byte order mark": (b'\xef\xbb\xbf{"batch":[]}', 400),
    "NUL": (b"\x00", 400),
    "NUL in a text": (b'{"batch":[{"userId":"a\\u0000b"}]}', 400),
    "NUL in a name": (b'{"batch":[{"a\\u0000":1}]}', 400),
    "lone surrogate": (b'{"batch":["\\ud800"]}', 400),
    "trailing surrogate": (b'{"batch":["\\udc00x"]}', 400),
    "1e400": (b'{"batch":[1e400]}', 400),
    "minus 1e400": (b'{"batch":[-1e400]}', 400),
    "NaN": (b'{"batch":[NaN]}', 400),
    "Infinity": (b'{"batch":[Infinity]}', 400),
    "2,000 deep": (b'{"batch":' + b"[" * 2_000 + b"]" * 2_000 + b"}", 400),
    "a little too deep": (b'{"batch":' + b"[" * 25 + b"]" * 25 + b"}", 400),
    "100,000 deep": (b"[" * 100_000, 400),
    "50,000 keys": (b"{" + b",".join(b'"%d":1' % i for i in range(50_000)) + b"}", 413),
    "50,000 elements": (b'{"batch":[' + b",".join([b"1"] * 50_000) + b"]}", 413),
    "2 MB": (b'{"batch":["' + b"x" * 2_000_000 + b'"]}', 413),
    "20 MB": (b" " * 20_000_000, 413),
    "a list": (b"[]", 400),
    "a text": (b'"batch"', 400),
    "a number": (b"1", 400),
    "null": (b"null", 400),
    "true": (b"true", 400),
    "batch is an object": (b'{"batch":{}}', 400),
    "batch is a text": (b'{"batch":"x"}', 400),
    "batch is null": (b'{"batch":null}', 400),
    "no batch": (b'{"events":[]}', 400),
    "1,001 events": (b'{"batch":[' + b",".join([b"{}"] * 1_001) + b"]}", 413),
}
KINDS = ["application/json", "text/plain", "text/plain;charset=UTF-8", "image/png", "x", "",
         "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]  # fmt: skip


@pytest.mark.parametrize("said", BODIES)
def test_batch__bad_body__then_refused_and_nothing_stored(said: str, app: Caller) -> None:
    body, status = BODIES[said]
    answer = app.post("/v1/batch", body)
    problem(answer, status, json(answer)["code"])
    assert json(answer)["fix"]
    assert not Event.objects.exists()


@pytest.mark.parametrize("said", BODIES)
def test_single_call__bad_body__then_refused(said: str, app: Caller) -> None:
    answer = app.post("/v1/track", BODIES[said][0])
    assert 400 <= answer.status_code < 500
    problem(answer, answer.status_code, json(answer)["code"])
    assert not Event.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_content_type__any__then_the_body_is_json_all_the_same(kind: str, app: Caller) -> None:
    good = app.post("/v1/track", TRACK % b"{}", kind=kind)
    assert (good.status_code, json(good)["accepted"]) == (200, 1), kind
    for body in (b"nonsense", b"\xff", b"a=1&b=2", b"--x\r\n\r\nhello\r\n--x--"):
        answer = app.post("/v1/track", body, kind=kind)
        problem(answer, 400, "not_json")


WRONG: list[object] = [None, True, 0, -1, 1.5, "", "x", "x" * 300, [], ["x"], {}, {"a": 1}]
FIELDS = ["type", "messageId", "userId", "anonymousId", "previousId", "event", "name", "timestamp",
          "properties", "traits", "context"]  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("kind", ["track", "identify", "alias", "page"])
def test_field__every_wrong_type__then_accepted_or_rejected_with_its_place(
    field: str, kind: str, app: Caller
) -> None:
    good = {"type": kind, "userId": "ann", "anonymousId": "a", "event": "x"}
    answer = app.batch(*({**good, field: value} for value in WRONG))
    taken = json(answer)
    assert answer.status_code == 200
    assert taken["accepted"] + taken["duplicates"] + len(taken["rejected"]) == len(WRONG)
    for each in taken["rejected"]:
        assert each["pointer"].startswith("/") and each["fix"] and each["code"]


@pytest.mark.parametrize(
    "moment",
    ["now", "", "2024", "12.06.2024", "2024-06-12", "2024-13-01T00:00:00Z", "1e9", "1718200000",
     "2024-02-30T00:00:00Z", "2024-06-12T25:00:00Z", "2024-06-12T00:00:60Z", "1969-01-01T00:00:00Z",
     "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2024-06-12T00:00:00+99:00"],
)  # fmt: skip
def test_timestamp__odd__then_accepted_or_rejected(moment: str, app: Caller) -> None:
    answer = app.batch({"type": "track", "userId": "a", "event": "x", "timestamp": moment})
    taken = json(answer)
    assert answer.status_code == 200 and taken["accepted"] + len(taken["rejected"]) == 1
    assert all(each["pointer"] == "/timestamp" for each in taken["rejected"])


@pytest.mark.parametrize("name", ["limit", "before"])
@pytest.mark.parametrize("value", ["", "x", "-1", "1.5", "٣", "1e3", "0x1", " 1", "99999999999999"])
def test_parameter__no_number_in_range__then_400(name: str, value: str, app: Caller) -> None:
    from tests.api.caller import bearer, key, token
    from tests.campaigns.stage import person

    person("ann")
    ann = bearer(token(key("server")[0], "ann"))
    answer = ann.get(f"/api/v1/people/ann/inbox?{name}={value}")
    if (name, value) == ("before", "99999999999999"):
        assert answer.status_code == 200
    else:
        problem(answer, 400, "bad_parameter")


def test_parameter__thousands_of_digits__then_400(app: Caller) -> None:
    from tests.api.caller import bearer, key, token
    from tests.campaigns.stage import person

    person("ann")
    ann = bearer(token(key("server")[0], "ann"))
    problem(ann.get("/api/v1/people/ann/inbox?limit=" + "9" * 5_000), 400, "bad_parameter")


def test_decode__many_elements_under_a_long_name__then_memory_is_bounded() -> None:
    raw = b'{"' + b"k" * 30_000 + b'":[' + b",".join([b"1"] * 2_000) + b"]}"
    tracemalloc.start()
    try:
        decode(raw)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100 * len(raw)


laws = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@laws
@given(raw=st.binary(max_size=200))
def test_decode__any_bytes__then_a_value_or_invalid(raw: bytes) -> None:
    try:
        decode(raw)
    except Invalid as error:
        assert error.status in (400, 413) and error.fix


@pytest.mark.parametrize("over", [0, 1])
def test_decode__at_its_bounds__then_inside_is_taken_and_outside_is_not(over: int) -> None:
    cases = [
        (b'"' + b"x" * (MAX_BYTES - 2 + over) + b'"', TooLarge),
        (b"[" * (MAX_DEPTH + 1 + over) + b"]" * (MAX_DEPTH + 1 + over), Invalid),
        (b"[" + b",".join([b"1"] * (MAX_KEYS + over)) + b"]", TooLarge),
    ]
    for raw, error in cases:
        if over:
            with pytest.raises(error):
                decode(raw)
        else:
            decode(raw)
