"""What persona columns are called in the operators' languages."""

from __future__ import annotations

from collections.abc import Mapping

from marketing.conditions.criteria import Label
from marketing.conditions.types import Ref
from marketing.kernel.text import Language, Text
from marketing.personas.defined import named
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
_CHANNELS = {
    "push": Text("push", "推送"),
    "inbox": Text("inbox", "站内信"),
}


def labeller(segments: Mapping[str, Text] | None = None) -> Label:
    """A function (column, language) → name; scores carry their labels in their pointers."""
    scores = {
        pointer.name.partition(":")[2]: Text(*pointer.details["label"])
        for pointer in Pointer.objects.filter(name__startswith="score:")
        if pointer.details.get("label")
    }
    known: dict[str, Mapping[str, Text]] = {
        "trait": {name: trait.label for name, trait in named().items()},
        "attribute": _ATTRIBUTES,
        "reachable": _CHANNELS,
        "score": scores,
        "segment": segments or {},
    }

    def label(ref: Ref, language: Language) -> str:
        found = known.get(ref.kind, {}).get(ref.name)
        return found.say(language) if found else ref.name.replace("_", " ")

    return label
