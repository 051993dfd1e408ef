"""The READMEs' tour of the API: its addresses exist, its token lets one person in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import READMES, ROOT, blocks

README = READMES[0].read_text()


def shell() -> str:
    (tour,) = blocks(README, "sh")
    return tour.text


def test_tour__when_its_addresses_are_looked_up__then_the_schema_has_them() -> None:
    schema = (ROOT / "docs" / "openapi.yaml").read_text()
    known = [
        re.compile(re.sub(r"\{\w+\}", "[^/]+", path))
        for path in re.findall(r"^  (/\S+):$", schema, re.MULTILINE)
    ]
    asked = re.findall(r"\$URL(/[^\s\"?]+)", shell())
    assert len(asked) >= 6
    assert not [path for path in asked if not any(each.fullmatch(path) for each in known)]


@pytest.mark.django_db
def test_token__when_the_readme_signs_one__then_it_is_that_person_s(tmp_path: Path) -> None:
    from marketing.api.keys import _of_token
    from marketing.api.models import ApiKey, issue_key
    from marketing.demo import access

    key, _shown = issue_key("Demo server", ApiKey.Kind.SERVER)
    (tmp_path / "var").mkdir()
    line = f"Person tokens are signed with (HS256, kid {key.public_id}): {key.signing_secret}"
    # The line is the demo's own, up to what differs from home to home.
    assert "Person tokens are signed with (HS256, kid {" in Path(access.__file__).read_text()
    (tmp_path / "var" / "demo-access.txt").write_text(line + "\n")
    (program,) = blocks(README, "python")
    (tmp_path / "person_token.py").write_text(program.text)
    done = subprocess.run(
        [sys.executable, "person_token.py", "mc-0007"],
        cwd=tmp_path, env={"PATH": os.environ["PATH"]},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert _of_token(done.stdout.strip()).person == "mc-0007"
