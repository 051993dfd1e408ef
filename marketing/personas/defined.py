"""All named traits: those that ship and those that operators defined."""

from __future__ import annotations

from marketing.personas.models import Trait
from marketing.personas.shipped import SHIPPED, NamedTrait


def named() -> dict[str, NamedTrait]:
    """Key to trait; the shipped ones first."""
    own = Trait.objects.filter(active=True).prefetch_related("filters")
    return SHIPPED | {trait.key: NamedTrait(trait.spec(), trait.label) for trait in own}
