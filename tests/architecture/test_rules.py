"""The rules that a reader may rely on, read from the files themselves."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import PACKAGES, REGISTRIES, ROOT, modules

VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|managers?|misc)(_|$)")


def test_imports__when_the_contracts_are_checked__then_all_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", [*PACKAGES, "tests", "bench"])
def test_files__when_counted__then_none_is_over_400_lines(folder: str) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules(folder)
        if (lines := len(path.read_text().splitlines())) > 400
    }
    assert not long


def test_modules__when_named__then_each_name_says_what_is_inside() -> None:
    names = {str(path.relative_to(ROOT)) for path in modules(*PACKAGES, "bench", "tests")}
    assert not [
        name for name in names for part in Path(name).parts
        if VAGUE.search(part.removesuffix(".py"))
    ]  # fmt: skip


@pytest.mark.parametrize("package", REGISTRIES)
def test_registry__when_its_folder_is_read__then_contract_and_members_say_what_they_are(
    package: str,
) -> None:
    folder = ROOT / package.replace(".", "/")
    silent = [
        path.name
        for path in folder.glob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent


def test_registries__when_the_code_declares_one__then_it_is_known_here() -> None:
    declared = {
        ".".join(path.relative_to(ROOT).parent.parts)
        for path in modules(*PACKAGES)
        if re.search(r"^\w+: Registry\[", path.read_text(), re.MULTILINE)
    }
    assert declared == set(REGISTRIES)


def test_marketing_package__when_read__then_it_is_empty() -> None:
    assert (ROOT / "marketing" / "__init__.py").read_text() == ""
