"""Every figure of an exported experiment, computed again from its sums by other means.

    python docs/experiments/recompute.py export.json

Needs nothing but Python and the files beside it: no library, nothing of the product. Where the
product solves a formula, this integrates or halves an interval, so an error in either shows. It
prints figure, shown, recomputed and difference, and exits with 1 if one differs by more than a
millionth (what rests on a look's bound: a hundred-thousandth). Effects and the ends of intervals
are held to the interval's width, where that is larger than they are.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from looks import Looking, of_look
from report import Report
from result import of_result
from verdict import of_verdict


def main(path: str) -> int:
    told = json.loads(Path(path).read_text(encoding="utf-8"))
    if told["format"] != 1 or told["result"] is None:
        print("There is no result in this export.")
        return 2
    report = Report()
    of_result(told, report)
    for i, look in enumerate(told["looks"]):
        of_look(Looking(told, look, told["looks"][:i]), report)
    of_verdict(told, report)
    report.print()
    return 1 if report.wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
