"""Who gets which arm: the bucketing of GrowthBook's SDKs, for one person or for a million.

A person's bucket depends on the seed and the id alone, so assignment needs no storage and
any other GrowthBook-compatible system reproduces it. Source: GrowthBook SDK specification
0.8.0 (MIT), hash versions 1 and 2. Ids are hashed as UTF-8; SDKs that hash UTF-16 units
or code points agree for ASCII ids only.
"""

from collections.abc import Sequence
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.fnv import encode, fnv1a, fnv1a_append, fnv1a_decimals, fnv1a_texts

MAX_ARMS = 127  # an arm's index has to fit int8

Range = tuple[float, float]


class Namespace(NamedTuple):
    """A slice of people that one experiment may use: buckets in [low, high) of `name`."""

    name: str
    low: float
    high: float


def bucket(seed: str, value: str, version: int = 2) -> float | None:
    """Bucket in [0, 1) of one id, in steps of 1/1000 (version 1) or 1/10000 (version 2).

    None for a version that does not exist.
    """
    if version == 1:
        return fnv1a(encode(value + seed)) % 1_000 / 1_000
    if version == 2:
        first = fnv1a(encode(seed + value))
        return fnv1a(str(first).encode()) % 10_000 / 10_000
    return None


def buckets(
    seed: str, values: Sequence[str] | NDArray[np.str_], version: int = 2
) -> NDArray[np.float64]:
    """Buckets float64[n] in [0, 1) of many ids, each equal to `bucket(seed, id, version)`.

    Raises ValueError for a version that does not exist, TypeError for ids that are not text.
    """
    if version == 1:
        return fnv1a_append(fnv1a_texts(values), encode(seed)) % np.uint32(1_000) / 1_000
    if version == 2:
        first = fnv1a_texts(values, fnv1a(encode(seed)))
        return fnv1a_decimals(first) % np.uint32(10_000) / 10_000
    raise ValueError(f"no hash version {version}: use 1 or 2")


def equal_weights(n_arms: int) -> list[float]:
    """`n_arms` equal shares of 1; empty for no arms or fewer."""
    return [1 / n_arms] * n_arms if n_arms > 0 else []


def bucket_ranges(
    n_arms: int, coverage: float = 1.0, weights: Sequence[float] | None = None
) -> list[Range]:
    """Each arm's buckets [low, high), shares of [0, 1].

    `coverage` is the share of people taking part, cut to [0, 1]; it shrinks every arm from
    above, so raising it later moves nobody between arms. `weights` None means equal, and
    so do weights of the wrong number or whose sum is off 1 by more than 0.01 (the
    specification's rule).
    """
    coverage = min(max(coverage, 0.0), 1.0)
    if weights is None or len(weights) != n_arms or not 0.99 <= sum(weights) <= 1.01:
        weights = equal_weights(n_arms)
    ranges, low = [], 0.0
    for weight in weights:
        ranges.append((low, low + coverage * weight))
        low += weight
    return ranges


@overload
def choose_arm(n: float | None, ranges: Sequence[Range]) -> int: ...
@overload
def choose_arm(n: NDArray[np.float64], ranges: Sequence[Range]) -> NDArray[np.int8]: ...
def choose_arm(
    n: float | NDArray[np.float64] | None, ranges: Sequence[Range]
) -> int | NDArray[np.int8]:
    """Index of the first range that holds the bucket: int, or int8[n] for float64[n].

    -1 means in no arm: between ranges, or a bucket that is None or NaN. Raises ValueError
    for more than 127 ranges.
    """
    if len(ranges) > MAX_ARMS:
        raise ValueError(f"{len(ranges)} arms: at most {MAX_ARMS}")
    if isinstance(n, np.ndarray):
        return _arms_of(n, ranges)
    if n is None:
        return -1
    return next((arm for arm, (low, high) in enumerate(ranges) if low <= n < high), -1)


def in_namespace(value: str, namespace: Namespace | tuple[str, float, float]) -> bool:
    """Whether one id lies in the namespace's slice (hash version 1 of `__name`)."""
    name, low, high = namespace
    n = bucket(f"__{name}", value, 1)
    return n is not None and low <= n < high


def in_namespaces(
    values: Sequence[str] | NDArray[np.str_], namespace: Namespace | tuple[str, float, float]
) -> NDArray[np.bool_]:
    """`in_namespace` for many ids at once, bool[n]."""
    name, low, high = namespace
    n = buckets(f"__{name}", values, 1)
    return (low <= n) & (n < high)


def _arms_of(n: NDArray[np.float64], ranges: Sequence[Range]) -> NDArray[np.int8]:
    arms = np.full(n.shape, -1, np.int8)
    for arm in reversed(range(len(ranges))):  # the first range wins where two overlap
        low, high = ranges[arm]
        arms[(low <= n) & (n < high)] = arm
    return arms
