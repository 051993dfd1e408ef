"""What a reader would trip over: dead links, paths and commands that are not there, twins apart."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.pages import READMES, ROOT, blocks, headings, links, pages, prose

every_page = pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
OUTSIDE = ("http://", "https://", "mailto:")
TOP = ("marketing", "segments", "recommender", "campaigns", "tests", "docs", "bench", "frontend",
       ".ci")  # fmt: skip
# `marketing/kernel/windows.py`, `tests/conformance/`: a path from the root in backticks.
_PATH = re.compile(rf"`((?:{'|'.join(map(re.escape, TOP))})/[\w./-]*)`")
_ROOT_FILE = re.compile(r"`(manage\.py|Makefile|pyproject\.toml|compose\.yaml|requirements\.\w+)`")
_MODULE = re.compile(r"`((?:marketing|segments|recommender|campaigns)(?:\.\w+)+)`")
_MAKE = re.compile(r"\bmake ([a-z]+)\b")
_MANAGE = re.compile(r"manage\.py ([a-z]+)\b")
_PYTHON_M = re.compile(r"python -m ((?:bench|tests|marketing)[\w.]*)")


@every_page
def test_page__when_its_relative_links_are_followed__then_something_is_there(page: Path) -> None:
    dead = [
        target for target in links(page.read_text())
        if not target.startswith((*OUTSIDE, "#"))
        and not (page.parent / unquote(target.partition("#")[0])).exists()
    ]  # fmt: skip
    assert not dead


@every_page
def test_page__when_it_names_a_path__then_the_path_exists(page: Path) -> None:
    text = prose(page.read_text())
    named = [*_PATH.findall(text), *_ROOT_FILE.findall(text)]
    assert not [path for path in named if not (ROOT / path).exists()]


@every_page
def test_page__when_it_names_a_package__then_the_package_exists(page: Path) -> None:
    missing = []
    for name in _MODULE.findall(prose(page.read_text())):
        path = ROOT.joinpath(*name.split("."))
        if not (path.is_dir() or path.with_suffix(".py").exists()):
            missing.append(name)
    assert not missing


@every_page
def test_page__when_it_names_a_command__then_the_command_exists(page: Path) -> None:
    text = page.read_text()
    code = "\n".join(chain(re.findall(r"`([^`\n]+)`", text), (b.text for b in blocks(text))))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    own = {path.stem for path in (ROOT / "marketing/management/commands").glob("[a-z]*.py")}
    assert set(_MAKE.findall(code)) <= targets
    assert set(_MANAGE.findall(code)) <= own | {"migrate", "createsuperuser"}
    for module in _PYTHON_M.findall(code):
        path = ROOT.joinpath(*module.split("."))
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


@every_page
def test_page__when_read__then_it_is_whole(page: Path) -> None:
    text = page.read_text()
    assert headings(text)[0] == "#" and headings(text).count("#") == 1
    assert text.endswith("\n") and text.count("```") % 2 == 0
    assert not re.search(r"\b(TODO|TBD|FIXME|PLACE)\b", text)


def test_readmes__when_held_side_by_side__then_they_are_twins() -> None:
    english, chinese = (path.read_text() for path in READMES)
    assert headings(english) == headings(chinese)
    assert blocks(english) == blocks(chinese)
    own = {"README.md", "README.zh-CN.md"}
    assert set(links(english)) - own == set(links(chinese)) - own
    numbers = [re.findall(r"\d[\d,.]*\d|\d", "".join(re.findall(r"^\|.*$", text, re.MULTILINE)))
               for text in (english, chinese)]  # fmt: skip
    assert numbers[0] == numbers[1]


def test_makefile__when_its_help_is_read__then_the_readmes_name_every_target_for_people() -> None:
    helped = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for readme in READMES:
        text = readme.read_text()
        named = {*_MAKE.findall(text), *re.findall(r"`([a-z]+)`", text)}
        assert set(helped) - {"help", "install"} <= named


def test_house__when_the_picture_is_read__then_every_layer_is_in_it() -> None:
    picture = (ROOT / "docs" / "images" / "house.svg").read_text()
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(one["layers"] for one in contracts["contracts"] if one["type"] == "layers")
    rooms = [room for layer in layers for room in re.findall(r"[a-z_.]+", layer)]
    places = [picture.index(f">{room}<") for room in rooms]
    tops = [places[rooms.index(re.findall(r"[a-z_.]+", layer)[0])] for layer in layers]
    assert tops == sorted(tops)


def test_decisions__when_listed__then_they_are_numbered_without_a_gap() -> None:
    found = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in found] == list(range(1, len(found) + 1))
    for path in found:
        text = path.read_text()
        assert text.startswith(f"# {path.name[:4]} ")
        named = re.findall(r"^## (.*)$", text, re.MULTILINE)
        assert named == ["Context", "Decision", "Consequences"]
