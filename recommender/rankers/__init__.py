"""The registry of rankers: given what a person took, in order, how well each item would follow.

A member is stateless with typed hyper-parameters; ``fit`` gives named arrays, ``scores`` reads
them. Serving needs numpy only. Laws: it solves checkerboard data; one person scored alone and in
a batch agree; a cold person (no history) gets an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.kernel.registry import Registry
from marketing.kernel.text import Text

Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Histories:
    """Ordered item histories in CSR form.

    items: int32[k] item indices, oldest first within a person. starts: int64[n_people + 1].
    """

    items: NDArray[np.int32]
    starts: NDArray[np.int64]
    n_items: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, row: int) -> NDArray[np.int32]:
        return self.items[self.starts[row] : self.starts[row + 1]]


class Ranker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contract. ``personal`` is False for a ranker that says the same to everybody."""

    label: ClassVar[Text]
    personal: ClassVar[bool] = True

    def fit(self, histories: Histories, seed: int) -> dict[str, NDArray[np.generic]]:
        """Named arrays; everything that ``scores`` will need."""
        raise NotImplementedError

    def scores(self, learned: Arrays, history: NDArray[np.int32]) -> NDArray[np.float32]:
        """float32[n_items], higher is better; owned items are not excluded here."""
        raise NotImplementedError

    def scores_many(self, learned: Arrays, histories: Histories) -> NDArray[np.float32]:
        """float32[n_people, n_items]; by default one after the other."""
        return np.stack([self.scores(learned, histories.of(i)) for i in range(len(histories))])

    def reasons(
        self, learned: Arrays, history: NDArray[np.int32], item: int
    ) -> list[tuple[int, float]] | None:
        """(history item, exact share of the score), largest first; None if not additive."""
        return None


RANKERS: Registry[Ranker] = Registry(__name__, Ranker, "ranker")
