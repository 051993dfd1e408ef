"""Snapshots and lists as forms; ids out of a file or out of what was pasted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketing.kernel.text import Text
from marketing.studio.kinds.forms import choices, segments
from segments.models import ListChange, Segment

Verb = ListChange.Verb
# A million ids of 30 characters.
MOST_BYTES = 32 * 1024 * 1024
# Heads of a column of ids, as files have them.
_HEADS = ("user_id", "userid", "external_id", "externalid", "id", "uid", "用户id", "用户编号")


class _Styled(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if not isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs.setdefault("class", "zx-input")
            field.widget.attrs["aria-describedby"] = f"id_{name}_error"


class NamedForm(_Styled):
    """What a new segment is called; its key is made from the name where none is given."""

    name = forms.CharField(label=gettext_lazy("name"), max_length=120)
    name_zh = forms.CharField(label=gettext_lazy("name in Chinese"), max_length=120, required=False)
    key = forms.SlugField(label=gettext_lazy("key"), max_length=50, required=False)

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if key and Segment.objects.filter(key=key).exists():
            raise forms.ValidationError(_("Another segment has this key."))
        return key

    @property
    def text(self) -> Text:
        given = self.cleaned_data
        return Text(given["name"], given["name_zh"] or given["name"])


class SnapshotForm(NamedForm):
    of = forms.ChoiceField(label=gettext_lazy("members of"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        choices(self, "of", [("", "—"), *segments()])


class IdsForm(_Styled):
    """A file or a text of ids."""

    ids = forms.CharField(
        label=gettext_lazy("ids, one a line"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("or a file (CSV or TXT)"), required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )  # fmt: skip

    def clean_file(self) -> UploadedFile[bytes] | None:
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 32 MB."))
        return file

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "file" in self.errors:
            return given
        try:
            given["found"] = list(_in_file(given["file"]) if given.get("file") else
                                  _in_text(given.get("ids") or ""))  # fmt: skip
        except (UnicodeDecodeError, csv.Error):
            self.add_error("file", _("This is no text in UTF-8."))
            return given
        if not any(each.strip() for each in given["found"]):
            self.add_error("ids", _("Give at least one id, or a file."))
        return given

    @property
    def source(self) -> str:
        file = self.cleaned_data.get("file")
        return file.name[:120] if file else ""


class ListForm(NamedForm, IdsForm):
    """A new list with its first people."""


class ListChangeForm(IdsForm):
    verb = forms.ChoiceField(
        label=gettext_lazy("change"), choices=Verb.choices, initial=Verb.ADD,
        widget=forms.RadioSelect,
    )  # fmt: skip


def _in_text(text: str) -> Iterator[str]:
    """One a line, or several with commas between."""
    for line in text.splitlines():
        yield from line.replace("，", ",").replace(";", ",").replace("\t", ",").split(",")


def _in_file(file: UploadedFile[bytes]) -> Iterator[str]:
    """The column that a head names, else the first."""
    rows = csv.reader(io.TextIOWrapper(file.open(), encoding="utf-8-sig", newline=""))
    place = None
    for row in rows:
        if not row:
            continue
        if place is None:
            heads = [cell.strip().lower() for cell in row]
            named = [i for i, head in enumerate(heads) if head in _HEADS]
            place = named[0] if named else 0
            if named:
                continue
        if place < len(row):
            yield row[place]
