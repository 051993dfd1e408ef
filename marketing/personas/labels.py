"""What persona columns are called in the operators' languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from marketing.catalog.queries import titles_of
from marketing.conditions.criteria import Label
from marketing.conditions.types import Ref
from marketing.events.standard import LABELS, PROPERTY_LABELS
from marketing.kernel.text import Language, Text
from marketing.people.models import Label as GivenLabel
from marketing.personas.defined import named
from marketing.personas.traits import TRAITS
from marketing.workspace.models import Pointer

_ATTRIBUTES = {
    "region": Text("Region", "地区"),
    "education": Text("Education", "学历"),
    "language": Text("Language", "语言"),
    "gender": Text("Gender", "性别"),
    "age_band": Text("Age band", "年龄段"),
    "deprivation_band": Text("Deprivation band", "贫困指数段"),
    "disability": Text("Disability", "残障"),
    "push_consent": Text("Push consent", "推送授权"),
    "inbox_consent": Text("Inbox consent", "站内信授权"),
    "reachable_push": Text("Push address known", "有推送地址"),
    "consent_assigned": Text("Consent assigned by the demo", "授权由演示规则分配"),
}
# What hosts name: it stands as they wrote it where it has no name in the operators' languages.
_THEIRS = ("event", "property")
_CHANNELS = {
    "push": Text("push", "推送"),
    "inbox": Text("inbox", "站内信"),
}


class _Labels(Mapping[str, Text]):
    """The labels that people are given, by key; read when a sentence names the first of them."""

    @cached_property
    def _names(self) -> dict[str, Text]:
        rows = GivenLabel.objects.values_list("key", "name", "name_zh")
        return {key: Text(name, name_zh or name) for key, name, name_zh in rows}

    def __getitem__(self, key: str) -> Text:
        return self._names[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Titles(Mapping[str, Text]):
    """Titles of contents by external id: of thousands, only those that a sentence names."""

    def __init__(self) -> None:
        self._found: dict[str, Text] = {}

    def __getitem__(self, external_id: str) -> Text:
        if external_id not in self._found:
            title = titles_of([external_id]).get(external_id) or external_id
            self._found[external_id] = Text(title, title)
        return self._found[external_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def labeller(segments: Mapping[str, Text] | None = None) -> Label:
    """A function (column, language) → name; scores carry their labels in their pointers."""
    scores = {
        pointer.name.partition(":")[2]: Text(*pointer.details["label"])
        for pointer in Pointer.objects.filter(name__startswith="score:")
        if pointer.details.get("label")
    }
    known: dict[str, Mapping[str, Text]] = {
        "label": _Labels(),
        "content": _Titles(),
        "trait": {name: trait.label for name, trait in named().items()},
        "attribute": _ATTRIBUTES,
        "reachable": _CHANNELS,
        "score": scores,
        "segment": segments or {},
        "event": LABELS,
        "property": PROPERTY_LABELS,
        "function": {name: TRAITS.get(name).phrase for name in TRAITS},
    }

    def label(ref: Ref, language: Language) -> str:
        found = known.get(ref.kind, {}).get(ref.name)
        if found:
            return found.say(language)
        return ref.name if ref.kind in _THEIRS else ref.name.replace("_", " ")

    return label
