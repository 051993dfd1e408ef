"""The laws of every feature, with its default parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketing.events.types import EventFrame
from recommender.features import FEATURES, Feature
from tests.conformance.frames import MOMENTS, PEOPLE, frames

MEMBERS = [FEATURES.get(name)() for name in FEATURES]
every_member = pytest.mark.parametrize("feature", MEMBERS, ids=lambda one: one.key())
laws = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def frame_for(feature: Feature, data: st.DataObject) -> EventFrame:
    return data.draw(frames(feature.needs(), feature.numbers, feature.texts))


@every_member
@laws
@given(data=st.data())
def test_feature__when_events_follow_the_moment__then_it_is_as_without_them(
    feature: Feature, data: st.DataObject
) -> None:
    frame, as_of_us = frame_for(feature, data), data.draw(MOMENTS)
    uncut = feature.compute(frame, as_of_us, PEOPLE)
    np.testing.assert_array_equal(uncut, feature.compute(frame.until(as_of_us), as_of_us, PEOPLE))


@every_member
@laws
@given(data=st.data())
def test_feature__when_computed__then_each_person_has_a_finite_number_or_nan(
    feature: Feature, data: st.DataObject
) -> None:
    values = feature.compute(frame_for(feature, data), data.draw(MOMENTS), PEOPLE)
    assert values.shape == PEOPLE.shape
    assert values.dtype == np.float64
    assert not np.isinf(values).any()


@every_member
@laws
@given(data=st.data(), some=st.sets(st.sampled_from(PEOPLE.tolist())))
def test_feature__when_some_people_are_asked__then_they_get_what_they_get_among_all(
    feature: Feature, data: st.DataObject, some: set[int]
) -> None:
    frame, as_of_us = frame_for(feature, data), data.draw(MOMENTS)
    asked = np.array(sorted(some), np.int64)
    among_all = feature.compute(frame, as_of_us, PEOPLE)[asked]
    np.testing.assert_array_equal(feature.compute(frame, as_of_us, asked), among_all)


@every_member
@laws
@given(data=st.data())
def test_feature__when_other_events_are_left_out__then_it_does_not_miss_them(
    feature: Feature, data: st.DataObject
) -> None:
    frame, as_of_us = frame_for(feature, data), data.draw(MOMENTS)
    everything = feature.compute(frame, as_of_us, PEOPLE)
    needed = frame.of(*feature.needs())
    np.testing.assert_array_equal(feature.compute(needed, as_of_us, PEOPLE), everything)


@every_member
def test_feature__when_shown_to_an_operator__then_it_has_a_name_in_both_languages(
    feature: Feature,
) -> None:
    assert feature.label.en
    assert feature.label.zh


def test_features__when_put_side_by_side__then_their_keys_differ() -> None:
    assert len({one.key() for one in MEMBERS}) == len(MEMBERS)
