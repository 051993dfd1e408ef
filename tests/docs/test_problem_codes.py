"""docs/problems.md names every code that the API can answer with."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("marketing/api", "marketing/events", "marketing/kernel", "marketing/people",
          "recommender/serving.py", "recommender/asking.py", "recommender/answering.py",
          "recommender/insights", "campaigns/redeeming.py", "segments/analysing",
          "segments/analysis/overlap.py", "segments/analysis/transitions.py")  # fmt: skip
# Of the archiver, of conditions and of the studio's pages: they never reach an API answer.
INSIDE = {"batch_known", "warehouse_ahead", "other_stages", "no_rates"}


def sources() -> list[Path]:
    found = []
    for place in PLACES:
        path = ROOT / place
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return found


def test_problem_codes__when_the_code_names_one__then_the_page_has_it() -> None:
    said = set(re.findall(r"^\| `(\w+)`", (ROOT / "docs/problems.md").read_text(), re.MULTILINE))
    raised = re.compile(r'code="(\w+)"|Refused\(\s*"(\w+)"')
    found = (match for path in sources() for match in raised.findall(path.read_text()))
    named = {code or refusal for code, refusal in found}
    assert named - INSIDE <= said
