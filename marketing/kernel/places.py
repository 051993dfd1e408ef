"""What failed and where, without the message: a database quotes the values it refuses."""

from __future__ import annotations

import traceback
from pathlib import Path

_FRAMES_TOLD = 4


def told(error: BaseException) -> str:
    """The error's type, its cause's type, and the innermost places, innermost first."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES_TOLD:]
    where = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    cause = error.__cause__ or error.__context__
    why = f" from {type(cause).__name__}" if cause else ""
    return f"{type(error).__name__}{why} in {where}"
