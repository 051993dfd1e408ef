"""One new file for every registry, each the smallest member that can be used."""

HEAD = '"""Added by dropping in this file."""\n\nfrom __future__ import annotations\n\n'

NEW = {
    "marketing.personas.traits": """
from marketing.conditions.types import Column
from marketing.kernel.text import Text
from marketing.personas.traits import TraitFunction, part, told


class Twice(TraitFunction):
    empty = 0
    phrase = Text("twice the number of", "次数的两倍")

    @classmethod
    def parts(cls, spec):
        return (part("n", spec),)

    @classmethod
    def finish(cls, parts, spec, moment):
        return Column(parts[0].values * 2, parts[0].present)

    @classmethod
    def fold(cls, spec, history, moment):
        return 2 * len(told(spec, history))
""",
    "marketing.personas.parts": """
from marketing.personas.parts import Merge, PartKind


class Hundredths(PartKind):
    merge = Merge.ADD
    empty = 0

    @classmethod
    def of(cls, at_us, number):
        return at_us * 0.01

    @classmethod
    def aggregate(cls, rows):
        return (rows.at_us * 0.01).sum(where=rows.inside)
""",
    "marketing.personas.engines": """
from marketing.personas.engines import Engine


class Nothing(Engine):
    dialect = "duckdb"
""",
    "marketing.events.surprises": """
from marketing.events.surprises import Found, SurpriseKind
from marketing.kernel.text import Text


class Crowd(SurpriseKind):
    label = Text("Crowd", "人群")
    says = Text("Many {event}", "很多{event}")
    example = Found(event="A")

    @classmethod
    def on_day(cls, day):
        return [Found(event=name, times=counts[0]) for name, counts in day.events.items()]
""",
    "marketing.conditions.operators": """
from marketing.conditions.operators import Operator
from marketing.kernel.text import Text


class SoundsLike(Operator):
    takes = "text"
    on = frozenset({"text"})
    phrase = Text("begins like {value}", "开头像{value}")

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
    unit = "number"

    @classmethod
    def add(cls, values, rows, definition):
        np.add.at(values, rows.places, rows.worth)
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
    "recommender.insights": """
import msgspec

from marketing.kernel.text import Text
from recommender.insights import Insight


class Counted(msgspec.Struct, frozen=True):
    n: int


class HowOften(Insight, frozen=True, kw_only=True):
    label = Text("How often", "次数")
    result = Counted
    example = {"event": "A"}
    event: str

    def events(self):
        return (self.event,)

    def answer(self, source, moment):
        rows = source.rows(None)
        return Counted(n=rows.filter(rows.event == self.event).count().to_pyarrow().as_py())
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
    "marketing.imports.kinds": """
from marketing.imports.kinds import Field, Kind
from marketing.kernel.text import Text


class Guests(Kind[str]):
    label = Text("Guests", "访客")
    about = Text("Nobody is kept.", "不保存任何人。")
    fields = (Field("name", Text("Name", "姓名"), required=True),)
    example = {"name": "Ann"}

    @classmethod
    def parse(cls, row):
        return row.text("name").upper()
""",
}
