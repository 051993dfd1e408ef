"""What was learned, on disk: an immutable folder that is named by its own content.

``root/name/version/`` holds ``manifest.json``, ``arrays.safetensors`` and one ``.txt`` a text. A
folder is written elsewhere and renamed, so it is whole or not there; every file is checked against
the manifest when it is loaded. Never a pickle: loading runs no code that a file brings.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Final, NoReturn

import msgspec
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as arrays_of
from safetensors.numpy import save as bytes_of

from marketing.kernel.errors import Invalid, Unavailable
from marketing.kernel.hashing import content_hash
from recommender.predictors import Learned

MANIFEST: Final = "manifest.json"
ARRAYS: Final = "arrays.safetensors"
LIBRARIES: Final = ("lightgbm", "numpy", "safetensors", "scikit-learn", "torch")
NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
Scalar = bool | int | float | str | None


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the caller knows of a fit.

    ``kind``: "predictor" or "ranker". ``name``: the registry's name. ``from_at``, ``until_at``:
    the window of the data, aware. ``features``: keys in the order of the columns. ``metrics``: as
    measured on what the fit did not see, None = undefined.
    """

    kind: str
    name: str
    from_at: datetime
    until_at: datetime
    features: tuple[str, ...] = ()
    params: dict[str, Scalar] = {}
    metrics: dict[str, float | None] = {}


class Manifest(About, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``files``: SHA-256 in hex by file name. ``libraries``: versions installed at the fit.

    ``version``: a hash of all the rest, so of every file too.
    """

    libraries: dict[str, str]
    files: dict[str, str]
    version: str = ""


@dataclass(frozen=True)
class Artefact:
    """A loaded, verified folder."""

    manifest: Manifest
    learned: Learned


def save(root: Path, about: About, learned: Learned) -> str:
    """Write ``root/name/version`` and give the version; the same content is written once.

    Raises Invalid for a name that cannot be a folder's or a file's.
    """
    files = _files(learned)
    _require_names([about.name, *learned.texts])
    manifest = _manifest(about, files)
    folder = root / about.name / manifest.version
    files[MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"))
    if not _is_whole(root, manifest):
        _put(folder, files)
    return manifest.version


def load(root: Path, name: str, version: str) -> Artefact:
    """The artefact, every byte of it verified.

    Raises Unavailable, with what to do about it, when a file is missing, cut short or altered;
    Invalid for a name or version that cannot be a folder's.
    """
    _require_names([name, version])
    folder = root / name / version
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
        files = {file: (folder / file).read_bytes() for file in manifest.files}
    except (OSError, ValueError) as error:
        _refuse(name, version, f"cannot be read ({type(error).__name__})")
    if manifest.version != version or _version(manifest) != version:
        _refuse(name, version, "has a manifest that is not its own")
    for file, content in files.items():
        if _hash(content) != manifest.files[file]:
            _refuse(name, version, f"was altered in {file}")
    return Artefact(manifest, _learned(name, version, files))


def _files(learned: Learned) -> dict[str, bytes]:
    arrays = {key: np.ascontiguousarray(value) for key, value in learned.arrays.items()}
    texts = {f"{key}.txt": text.encode() for key, text in learned.texts.items()}
    return {ARRAYS: bytes_of(arrays), **texts}


def _learned(name: str, version: str, files: Mapping[str, bytes]) -> Learned:
    try:
        arrays = arrays_of(files[ARRAYS])
        texts = {
            file.removesuffix(".txt"): content.decode()
            for file, content in files.items()
            if file != ARRAYS
        }
    except (KeyError, ValueError, SafetensorError) as error:
        _refuse(name, version, f"cannot be understood ({type(error).__name__})")
    return Learned(arrays, texts)


def _manifest(about: About, files: Mapping[str, bytes]) -> Manifest:
    known = {field: getattr(about, field) for field in About.__struct_fields__}
    hashes = {file: _hash(content) for file, content in files.items()}
    blank = Manifest(**known, libraries=dict(_libraries(LIBRARIES)), files=hashes)
    return msgspec.structs.replace(blank, version=_version(blank))


def _version(manifest: Manifest) -> str:
    return content_hash(msgspec.structs.replace(manifest, version=""))


def _libraries(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Read from the installed metadata: nothing is imported."""
    for name in names:
        try:
            yield name, version_of(name)
        except PackageNotFoundError:
            continue


def _is_whole(root: Path, manifest: Manifest) -> bool:
    try:
        load(root, manifest.name, manifest.version)
    except Unavailable:
        return False
    return True


def _put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Written beside its place and renamed into it; a damaged folder there is replaced."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder.parent))
    try:
        for file, content in files.items():
            _write(work / file, content)
        work.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _require_names(names: Iterable[str]) -> None:
    for name in names:
        if not NAME.fullmatch(name):
            raise Invalid(f"'{name}' cannot name an artefact or a text of it")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _refuse(name: str, version: str, why: str) -> NoReturn:
    raise Unavailable(
        f"The artefact {name}/{version} {why}", code="artefact_damaged",
        fix=f"Retrain with `python manage.py retrain {name}` or roll back to another version.",
    )  # fmt: skip
