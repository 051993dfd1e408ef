"""Chinese is whole: every message has a translation, and every page is all Chinese."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings

from marketing.events.standard import LABELS
from tests.studio.words import CHINESE, LATIN, read

if TYPE_CHECKING:
    from django.test import Client

ROOT = Path(settings.BASE_DIR)
LOCALE = ROOT / "marketing/studio/locale/zh_Hans/LC_MESSAGES"
DOMAINS = ("django", "djangojs")
SOURCES = ("marketing", "segments", "recommender", "campaigns")
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?([+.\d]*[sdif])|\{(\w*)\}|<a href=\"(\{\})\"")
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
# The terms of statistics and of the web; events as hosts name them; rows whose names others give:
# installed schedules, versions of models, fixes that the intake writes for developers, and Django's
# rows between two tables, which it names once and in English.
NAMES = (
    "SRM p", "HTTP Accept", "Course Enrolled", "Order Completed", "Spring sale", "Archive events",
    "Course Viewed", "Course Withdrawn", "Lesson Completed", "Assessment Submitted",
    "Launch due campaigns", "Rebuild personas", "Retrain models", "Churn v1", "churn v1",
    "Use one of track",
    "Content_concepts object", "Concept_requires object", "Content-concept relationship",
    "concept relationship",
)  # fmt: skip
ZONES = {part.replace("_", " ") for zone in available_timezones() for part in zone.split("/")}


def catalog(domain: str) -> Catalog:
    with (LOCALE / f"{domain}.po").open("rb") as file:
        return read_po(file, locale="zh_Hans")


def messages(domain: str) -> list[Message]:
    return [message for message in catalog(domain) if message.id]


def first(value: str | tuple[str, ...] | list[str]) -> str:
    return value if isinstance(value, str) else value[0]


@pytest.mark.parametrize("domain", DOMAINS)
def test_messages__of_the_catalogue__are_translated_with_the_same_placeholders(
    domain: str,
) -> None:
    wrong = [
        message.id
        for message in messages(domain)
        if message.fuzzy
        or not first(message.string or "")
        or sorted(PLACEHOLDER.findall(first(message.id)))
        != sorted(PLACEHOLDER.findall(first(message.string or "")))
    ]
    assert wrong == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_compiled_catalogue__beside_its_source__says_the_same(domain: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalog(domain))
    assert (LOCALE / f"{domain}.mo").read_bytes() == compiled.getvalue(), "run `make messages`"


def test_catalogue__against_the_source__has_every_word_of_it() -> None:
    known = {word for message in messages("django") for word in _forms(message)}
    missing = {f"{path.relative_to(ROOT)}: {word}" for path, word in source() if word not in known}
    assert missing == set()


def test_catalogue__against_the_source__has_no_word_that_is_gone() -> None:
    used = {word for _path, word in source()}
    assert [m.id for m in messages("django") if not used & set(_forms(m))] == []


def test_djangos_scripts__with_our_catalogue__say_nothing_in_english() -> None:
    import django

    folder = Path(django.__file__).parent / "contrib/admin/locale"
    ours = {message.id for message in messages("djangojs")}
    for language in ("en", "zh_Hans"):
        with (folder / language / "LC_MESSAGES/djangojs.po").open("rb") as file:
            found = {first(m.id) for m in read_po(file) if m.id and (language == "en" or m.string)}
        if language == "en":
            needed = found
    assert needed - found - ours == set()


def _forms(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def source() -> Iterator[tuple[Path, str]]:
    """(file, message) of every call and every template tag that asks for a translation."""
    for top in SOURCES:
        for path in sorted((ROOT / top).rglob("*.py")):
            for word in calls(ast.parse(path.read_text())):
                yield path, word
        for path in sorted((ROOT / top).rglob("*.html")):
            for word in tags(path.read_text()):
                yield path, word


def calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        plural = 2 if name.startswith("ngettext") else 1
        for argument in node.args[:plural] if name in CALLS else ():
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def tags(html: str) -> Iterator[str]:
    for quoted in re.finditer(r"{%\s*translate\s+(\"[^\"]+\"|'[^']+')", html):
        yield quoted[1][1:-1].replace("%", "%%")
    for block in re.finditer(r"{%\s*blocktranslate[^%]*%}(.*?){%\s*endblock", html, re.S):
        yield re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", block[1].replace("%", "%%"))


def unread(client: Client, language: str, wrong: Callable[[str], list[str]]) -> dict[str, set[str]]:
    """Of every page that opens, what it says wrong."""
    from tests.studio.addresses import every

    client.cookies["django_language"] = language
    found: dict[str, set[str]] = {}
    for address in every():
        answer = client.get(address.path)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        said = {bad for piece in read(answer.content.decode()) for bad in wrong(piece)}
        if said:
            found[address.name] = said
    return found


def english(piece: str) -> list[str]:
    for name in (*NAMES, *LABELS):
        piece = piece.replace(name, " · ")
    return [run for run in LATIN.findall(piece) if run not in ZONES]


def chinese(piece: str) -> list[str]:
    return CHINESE.findall(piece.replace("知心", "").replace("简体中文", ""))


def test_pages__in_chinese__have_no_english_sentences(studio: Client) -> None:
    assert unread(studio, "zh-hans", english) == {}


def test_pages__in_english__have_no_chinese(studio: Client) -> None:
    assert unread(studio, "en", chinese) == {}


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/logout/"])
def test_door__in_chinese__has_no_english_sentences(client: Client, db: None, path: str) -> None:
    client.cookies["django_language"] = "zh-hans"
    answer = client.post(path) if "logout" in path else client.get(path)
    said = [bad for piece in read(answer.content.decode()) for bad in english(piece)]
    assert said == []
