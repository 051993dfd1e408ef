"""One new file for every registry, each the smallest member that can be used."""

HEAD = '"""Added by dropping in this file."""\n\nfrom __future__ import annotations\n\n'

NEW = {
    "marketing.personas.traits": """
from marketing.kernel.text import Text
from marketing.personas.traits import TraitFunction


class Twice(TraitFunction):
    empty = 0
    phrase = Text("twice the number of", "次数的两倍")

    @classmethod
    def aggregate(cls, rows, moment):
        return rows.at_us.count(where=rows.inside) * 2

    @classmethod
    def fold(cls, happenings, moment):
        return 2 * len(happenings)
""",
    "marketing.conditions.operators": """
from marketing.conditions.operators import Operator
from marketing.kernel.text import Text


class StartsWith(Operator):
    takes = "text"
    on = frozenset({"text"})
    phrase = Text("starts with {value}", "以{value}开头")

    @classmethod
    def test(cls, value, operand):
        return value.startswith(operand)
""",
    "marketing.conditions.criteria": """
from marketing.conditions.criteria import Criterion
from marketing.conditions.types import Ref


class Plan(Criterion, frozen=True, kw_only=True):
    def ref(self):
        return Ref("attribute", "plan")
""",
    "marketing.experiments.metrics": """
import numpy as np

from marketing.experiments.metrics import Metric
from marketing.kernel.text import Text


class Goals(Metric):
    label = Text("Goals", "目标次数")
    unit = "money"

    @classmethod
    def per_person(cls, goals, rows, n):
        return np.bincount(rows, minlength=n).astype(np.float64)
""",
    "segments.learning.clusterers": """
import numpy as np

from marketing.kernel.text import Text
from segments.learning.clusterers import Clusterer
from segments.learning.points import centroids


class Halves(Clusterer, frozen=True, kw_only=True):
    label = Text("Halves", "两半")
    suits = Text("Two groups by the first column.", "按第一列分成两群。")
    fits_at_most = 1000

    def needs(self):
        return 2

    def learn(self, sample, seed):
        labels = (sample[:, 0] > np.median(sample[:, 0])).astype(np.int32)
        return labels, centroids(sample, labels)
""",
    "recommender.features": """
import numpy as np

from marketing.kernel.text import Text
from recommender.features import Feature


class Nothing(Feature, frozen=True, kw_only=True):
    reads = ()
    label = Text("Nothing", "无")

    def compute(self, frame, as_of_us, people):
        return np.full(len(people), np.nan)
""",
    "recommender.predictors": """
import numpy as np

from marketing.kernel.text import Text
from recommender.predictors import Kind, Learned, Predictor


class Coin(Predictor, frozen=True, kw_only=True):
    kind = Kind.PROBABILITY
    label = Text("Coin", "硬币")
    features = ()
    reads = ()
    horizon_days = 1

    def fit(self, inputs, outcomes, seed):
        return Learned({"mean": np.array([outcomes.mean()])})

    def score(self, learned, inputs):
        return np.full(len(inputs), learned.arrays["mean"][0])
""",
    "recommender.rankers": """
import numpy as np

from marketing.kernel.text import Text
from recommender.rankers import Ranker


class Alphabetical(Ranker, frozen=True, kw_only=True):
    label = Text("Alphabetical", "按字母")
    personal = False

    def fit(self, histories, seed):
        return {"scores": -np.arange(histories.n_items, dtype=np.float32)}

    def scores(self, learned, history):
        return learned["scores"]
""",
    "campaigns.guards": """
import numpy as np

from campaigns.guards import Guard, Verdict
from marketing.kernel.text import Text


class EvenOnly(Guard, frozen=True, kw_only=True):
    label = Text("Odd", "奇数")

    def check(self, columns, n, now, zone):
        return Verdict(np.arange(n) % 2 == 0)
""",
    "campaigns.actions": """
from campaigns.actions import Action, Message
from marketing.kernel.text import Text


class GivePoints(Action, frozen=True, kw_only=True):
    label = Text("Give points", "赠送积分")
    points: int

    def compose(self, delivery, now):
        return Message(str(delivery.pk), f"{self.points}", "")
""",
    "campaigns.channels": """
from campaigns.channels import Channel, Receipt
from marketing.kernel.text import Text


class Pigeon(Channel):
    label = Text("Pigeon", "信鸽")

    def send(self, person_id, message, now):
        return Receipt({"ring": message.key})
""",
}
