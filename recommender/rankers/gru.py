"""What people take next: a gated recurrent network reads the history, item by item.

    score[j] = b_j + e_j . h_T,    h_t = GRU(e_{item t}, h_{t-1}),    h_0 = 0,

with the same embeddings e on both sides and b the log popularity, which is all that a cold person
gets. Sources: GRU4Rec, Hidasi et al., ICLR 2016; the cross-entropy over all items instead of
sampled ones: Klenitskiy and Vasilev, RecSys 2023; tied embeddings: Press and Wolf, EACL 2017;
the cell: Cho et al., EMNLP 2014, in the form of ``torch.nn.GRU``; label smoothing: Szegedy et al.,
CVPR 2016. Only ``fit`` needs torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.kernel.text import Text
from recommender.evaluation.histories import choose, last_items, without_last
from recommender.rankers import Arrays, Histories, Ranker
from recommender.rankers._linear import log_popularity

if TYPE_CHECKING:
    import torch

# Of the people with two items or more, those whose last item says when to stop.
HELD_SHARE: Final = 0.1
HELD_AT_MOST: Final = 1000
PATIENCE: Final = 3
BATCH: Final = 64
Float32 = NDArray[np.float32]
Ints = NDArray[np.int64]
Learned = dict[str, NDArray[np.generic]]


class Gru(Ranker, frozen=True):
    """``dim``: width of embedding and state. ``epochs``: at most. ``max_len``: items that are read.

    ``smoothing``: the share of each target that is spread over the whole catalogue.
    The defaults were chosen on histories of tens of items in a catalogue of hundreds. Scores have
    no unit; a softmax makes them the chances of the next item.
    """

    label: ClassVar[Text] = Text("What comes next (GRU)", "接下来学什么（GRU 循环网络）")

    dim: Annotated[int, msgspec.Meta(ge=1)] = 64
    epochs: Annotated[int, msgspec.Meta(ge=1)] = 20
    learning_rate: Annotated[float, msgspec.Meta(gt=0)] = 0.01
    dropout: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.25
    smoothing: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.1
    max_len: Annotated[int, msgspec.Meta(ge=1)] = 50

    def fit(self, histories: Histories, seed: int) -> Learned:
        """The same seed gives the same bits on a CPU; the caller's torch state is put back.

        ``items`` float32[n_items, dim], ``bias`` float32[n_items], and of the cell (gates: reset,
        update, new) ``weight_ih``, ``weight_hh`` float32[3 dim, dim], ``bias_ih``, ``bias_hh``
        float32[3 dim].
        """
        import torch

        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with torch.random.fork_rng(devices=[]):
                torch.default_generator.manual_seed(seed)
                return self._train(_Network(self, histories), histories, seed)
        finally:
            torch.set_num_threads(threads)

    def scores(self, learned: Arrays, history: NDArray[np.int32]) -> Float32:
        starts, n_items = np.array([0, len(history)], np.int64), len(learned["bias"])
        scores: Float32 = self.scores_many(learned, Histories(history, starts, n_items))[0]
        return scores

    def scores_many(self, learned: Arrays, histories: Histories) -> Float32:
        """One pass over time for all people together; who has no history gets ``bias``."""
        scores = self._states(learned, histories) @ np.asarray(learned["items"], np.float32).T
        scores += np.asarray(learned["bias"], np.float32)
        return np.asarray(scores, np.float32)

    def _states(self, learned: Arrays, histories: Histories) -> Float32:
        """float32[n_people, dim]: h after the last ``max_len`` items."""
        cell = {name: np.asarray(learned[name], np.float32) for name in learned}
        stops, lengths = histories.starts[1:], np.minimum(np.diff(histories.starts), self.max_len)
        states = np.zeros((len(histories), self.dim), np.float32)
        for age in range(int(lengths.max(initial=0)), 0, -1):
            people = np.flatnonzero(lengths >= age)
            taken = histories.items[stops[people] - age]
            states[people] = _step(cell, cell["items"][taken], states[people])
        return states

    def _train(self, network: _Network, histories: Histories, seed: int) -> Learned:
        """The weights that knew the held-out last items best."""
        rng = np.random.default_rng(seed)
        held = _held(histories, rng)
        known, target = choose(without_last(histories, held), held), last_items(histories, held)
        windows = list(_windows(without_last(histories, held), self.max_len))
        best, best_loss, worse = network.arrays(), np.inf, 0
        for epoch in range(self.epochs if windows else 0):
            network.epoch(windows, 1 - epoch / self.epochs, rng)
            now = network.arrays()
            loss = _surprise(self.scores_many(now, known), target)
            worse = 0 if loss <= best_loss else worse + 1
            if not worse:
                best, best_loss = now, loss
            if worse == PATIENCE:
                break
        return best


class _Network:
    """The same function in torch, with its gradient."""

    def __init__(self, settings: Gru, histories: Histories) -> None:
        import torch

        self.settings = settings
        self.bias = torch.from_numpy(log_popularity(histories))
        self.items = torch.nn.Parameter(0.1 * torch.randn(histories.n_items, settings.dim))
        self.cell = torch.nn.GRU(settings.dim, settings.dim, batch_first=True)
        learnt = [self.items, *self.cell.parameters()]
        self.adam = torch.optim.Adam(learnt, lr=settings.learning_rate, fused=True)

    def epoch(self, windows: list[Ints], pace: float, rng: np.random.Generator) -> None:
        """One step a batch, each at ``pace`` (1 .. 0) of the learning rate."""
        self.adam.param_groups[0]["lr"] = pace * self.settings.learning_rate
        order = rng.permutation(len(windows))
        for start in range(0, len(order), BATCH):
            self.adam.zero_grad()
            self._loss([windows[i] for i in order[start : start + BATCH]]).backward()
            self.adam.step()

    def _loss(self, windows: list[Ints]) -> torch.Tensor:
        """Cross-entropy of each next item; shorter windows are padded at their end."""
        import torch
        from torch.nn import functional

        drop, smooth = self.settings.dropout, self.settings.smoothing
        padded = torch.full((len(windows), max(map(len, windows))), -1)
        for row, window in enumerate(windows):
            padded[row, : len(window)] = torch.from_numpy(window)
        real = padded[:, 1:] >= 0
        states, _ = self.cell(functional.dropout(self.items[padded[:, :-1]], drop))
        logits = functional.dropout(states[real], drop) @ self.items.T + self.bias
        return functional.cross_entropy(logits, padded[:, 1:][real], label_smoothing=smooth)

    def arrays(self) -> Learned:
        named = {name.removesuffix("_l0"): one for name, one in self.cell.named_parameters()}
        named |= {"items": self.items, "bias": self.bias}
        return {name: one.detach().numpy().copy() for name, one in named.items()}


def _step(cell: dict[str, Float32], taken: Float32, states: Float32) -> Float32:
    """h' = (1 - z) n + z h, for rows of items float32[m, dim] and states float32[m, dim]."""
    from_item = np.split(taken @ cell["weight_ih"].T + cell["bias_ih"], 3, axis=1)
    from_state = np.split(states @ cell["weight_hh"].T + cell["bias_hh"], 3, axis=1)
    reset, update = (_sigmoid(from_item[gate] + from_state[gate]) for gate in (0, 1))
    new = np.tanh(from_item[2] + reset * from_state[2])
    return np.asarray(new + update * (states - new), np.float32)


def _sigmoid(x: Float32) -> Float32:
    """In the form that cannot overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)), np.float32)


def _held(histories: Histories, rng: np.random.Generator) -> Ints:
    """int64[m]: rows, ascending; none of fewer than ten people."""
    able = np.flatnonzero(np.diff(histories.starts) >= 2)
    return np.sort(rng.permutation(able)[: min(int(HELD_SHARE * len(able)), HELD_AT_MOST)])


def _windows(histories: Histories, max_len: int) -> Iterator[Ints]:
    """Pieces of ``max_len`` + 1 items, from the end; each item but a person's first is a target."""
    for row in range(len(histories)):
        whole = histories.of(row).astype(np.int64)
        for stop in range(len(whole) - 1, 0, -max_len):
            yield whole[max(0, stop - max_len) : stop + 1]


def _surprise(scores: Float32, target: NDArray[np.int32]) -> float:
    """Mean cross-entropy in nats of target int32[m]; 0 of nobody, so that no epoch is refused."""
    if not len(target):
        return 0.0
    top = scores.max(axis=1, keepdims=True)
    whole = np.log(np.exp(scores - top).sum(axis=1)) + top[:, 0]
    return float(np.mean(whole - scores[np.arange(len(target)), target]))
