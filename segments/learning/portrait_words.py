"""Names and sentences for groups, made from what sets them apart, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from marketing.conditions.criteria import Label
from marketing.conditions.types import Ref
from marketing.kernel.text import Language, Text
from segments.learning.facts import Fact, NumberFact, ShareFact
from segments.learning.points import NOISE

LARGE: Final = 0.8
IN_NAME: Final = 2
IN_LONGER_NAME: Final = 4
IN_SENTENCE: Final = 4
BOTH: Final[tuple[Language, ...]] = ("en", "zh")

_NOBODY_S: Final = Text("In no group", "未归入任何群")
_AVERAGE: Final = Text("Like everybody", "普通人群")
_NUMBERED: Final = Text("{name} ({number})", "{name}（{number}）")
_JOINT: Final = Text(", ", "、")
_LEVELS: Final = {
    (True, True): Text("{trait}: high", "{trait}高"),
    (True, False): Text("{trait}: rather high", "{trait}偏高"),
    (False, True): Text("{trait}: low", "{trait}低"),
    (False, False): Text("{trait}: rather low", "{trait}偏低"),
}
_WITH_MEDIAN: Final = Text("{said} (around {median})", "{said}（约{median}）")
_CATEGORY: Final = {
    True: Text("{trait}: {category}", "{trait}：{category}"),
    False: Text("{trait}: rarely {category}", "{trait}少为{category}"),
}
_FLAG: Final = {
    True: Text("{trait}: yes", "{trait}：是"),
    False: Text("{trait}: no", "{trait}：否"),
}
_KNOWN: Final = {
    True: Text("{trait}: known", "{trait}已知"),
    False: Text("{trait}: unknown", "{trait}未知"),
}
_SIZE: Final = Text("{size:,} people, {share:.1%}", "{size:,}人，占{share:.1%}")
_WITH: Final = Text("{size}. {facts}.", "{size}。{facts}。")
_NOTHING: Final = Text("no trait sets them apart", "没有哪项特征使其与众不同")
_BETWEEN: Final = Text("; ", "；")
_MEDIANS: Final = Text(
    "{said} (median {here}, others {there})", "{said}（中位数{here}，其他人{there}）"
)
_MEANS: Final = Text("{said} (mean {here}, others {there})", "{said}（均值{here}，其他人{there}）")
_SHARES: Final = Text(
    "{said} ({here:.0%} of them, {there:.0%} of others)",
    "{said}（占其{here:.0%}，其他人{there:.0%}）",
)


def names(clusters: Sequence[int], telling: Sequence[Sequence[Fact]], label: Label) -> list[Text]:
    """One name a cluster, all different: from two traits, from up to four where two names agree,
    with a median, and with a number as the last resort.
    """
    telling = [_one_a_trait(each) for each in telling]
    makers: tuple[Callable[[int], Text], ...] = (
        lambda i: _name(telling[i][:IN_NAME], label),
        lambda i: _name(telling[i][:IN_LONGER_NAME], label),
        lambda i: _with_median(telling[i], label),
        lambda i: _numbered(_name(telling[i][:IN_NAME], label), clusters[i] + 1),
    )
    answer = [_NOBODY_S if c == NOISE else makers[0](i) for i, c in enumerate(clusters)]
    for maker in makers[1:]:
        for i in _ambiguous(answer):
            if clusters[i] != NOISE:
                answer[i] = maker(i)
    return answer


def sentence(size: int, share: float, telling: Sequence[Fact], label: Label) -> Text:
    """How many they are and what sets them apart, with the numbers of both sides."""
    return Text(*(_sentence(size, share, telling, label, language) for language in BOTH))


def said_number(value: float) -> str:
    """As an operator writes it: 1,235 · 12.3 · 0.04."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    said = f"{value:,.{digits}f}"
    said = said.rstrip("0").rstrip(".") if "." in said else said
    return f"{value:.2g}" if said in ("0", "-0") and value else said


def sides(fact: Fact) -> tuple[str, str]:
    """The group's own number and that of everybody else, as an operator writes them.

    Medians, or means where the medians agree; shares in percent.
    """
    if isinstance(fact, ShareFact):
        share, other = _shares(fact)
        return f"{share:.0%}", f"{other:.0%}"
    here, there = said_number(fact.median), said_number(fact.median_others)
    if here == there:
        return said_number(fact.mean), said_number(fact.mean_others)
    return here, there


def _shares(fact: ShareFact) -> tuple[float, float]:
    """ "Unknown" and "no" are said with their own shares."""
    if fact.effect < 0 and not isinstance(fact.category, str):
        return 1 - fact.share, 1 - fact.share_others
    return fact.share, fact.share_others


def _one_a_trait(telling: Sequence[Fact]) -> list[Fact]:
    """Each trait's most telling fact, in their order."""
    best: dict[Ref, Fact] = {}
    for fact in telling:
        best.setdefault(fact.ref, fact)
    return list(best.values())


def _ambiguous(answer: list[Text]) -> list[int]:
    """Places whose name is another's too, in either language."""
    return [
        i for i, mine in enumerate(answer)
        if any(i != j and (mine.en == other.en or mine.zh == other.zh)
               for j, other in enumerate(answer))
    ]  # fmt: skip


def _name(telling: Sequence[Fact], label: Label) -> Text:
    if not telling:
        return _AVERAGE
    return Text(*(_JOINT.say(lang).join(said(f, label, lang) for f in telling) for lang in BOTH))


def _with_median(telling: Sequence[Fact], label: Label) -> Text:
    """The first number with its median, then one fact more."""
    first = next((fact for fact in telling if isinstance(fact, NumberFact)), None)
    if first is None:
        return _name(telling[:IN_LONGER_NAME], label)
    rest = next((fact for fact in telling if fact is not first), None)
    parts = []
    for language in BOTH:
        median = said_number(first.median)
        part = _WITH_MEDIAN.say(language, said=said(first, label, language), median=median)
        more = [said(rest, label, language)] if rest else []
        parts.append(_JOINT.say(language).join([part, *more]))
    return Text(*parts)


def _numbered(name: Text, number: int) -> Text:
    return Text(*(_NUMBERED.say(lang, name=name.say(lang), number=number) for lang in BOTH))


def said(fact: Fact, label: Label, language: Language) -> str:
    """A fact in a few words: "Purchases: high"."""
    trait = label(fact.ref, language)
    more = fact.effect > 0
    if isinstance(fact, NumberFact):
        return _LEVELS[more, abs(fact.effect) >= LARGE].say(language, trait=trait)
    if fact.category is None:
        return _KNOWN[more].say(language, trait=trait)
    if fact.category is True:
        return _FLAG[more].say(language, trait=trait)
    return _CATEGORY[more].say(language, trait=trait, category=fact.category)


def _sentence(
    size: int, share: float, telling: Sequence[Fact], label: Label, language: Language
) -> str:
    facts = [_with_numbers(fact, label, language) for fact in telling[:IN_SENTENCE]]
    return _WITH.say(
        language, size=_SIZE.say(language, size=size, share=share),
        facts=_BETWEEN.say(language).join(facts) or _NOTHING.say(language),
    )  # fmt: skip


def _with_numbers(fact: Fact, label: Label, language: Language) -> str:
    short = said(fact, label, language)
    if isinstance(fact, ShareFact):
        share, other = _shares(fact)
        return _SHARES.say(language, said=short, here=share, there=other)
    phrase, here, there = _MEDIANS, said_number(fact.median), said_number(fact.median_others)
    if here == there:
        phrase, here, there = _MEANS, said_number(fact.mean), said_number(fact.mean_others)
    return phrase.say(language, said=short, here=here, there=there)
