"""The most frequent text; of several equally frequent the newest, then the smallest."""

from __future__ import annotations

from marketing.personas.parts import Expression, PartKind, Shape, Texts


class Mode(PartKind):
    shape = Shape.VALUES
    reads = "text"
    is_text = True
    counts = True

    @classmethod
    def over_texts(cls, texts: Texts) -> Expression:
        """The least of (-often, -newest, text): a rank would sort everybody's texts."""
        import ibis

        rank = ibis.struct({"often": -texts.often, "newest": -texts.newest, "text": texts.text})
        return texts.text.argmin(rank, where=texts.inside)
