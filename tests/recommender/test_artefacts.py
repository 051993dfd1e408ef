"""An artefact is whole and its own, or it is refused with what to do about it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest

from marketing.kernel.errors import Invalid, Unavailable
from recommender.artefacts import About, load, save
from recommender.predictors import Learned

ABOUT = About(
    kind="predictor", name="churn",
    from_at=datetime(2013, 2, 1, tzinfo=UTC),
    until_at=datetime(2014, 2, 1, tzinfo=ZoneInfo("Asia/Shanghai")),
    features=("credits", "last_score"), params={"trees": 100, "rate": 0.5, "note": "a", "x": None},
    metrics={"auc": 0.75, "brier": None},
)  # fmt: skip
LEARNED = Learned(
    {
        "weights": np.arange(6, dtype=np.float32).reshape(2, 3).T,
        "n": np.array(3),
        "none": np.empty(0),
    },
    {"booster": "tree\r\nüber 树\n", "empty": ""},
)


def damage_flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def damage_cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def test_artefact__when_loaded__then_it_is_what_was_saved(tmp_path: Path) -> None:
    version = save(tmp_path, ABOUT, LEARNED)
    found = load(tmp_path, "churn", version)
    assert found.learned.texts == LEARNED.texts
    assert found.learned.arrays.keys() == LEARNED.arrays.keys()
    for key, value in LEARNED.arrays.items():
        np.testing.assert_array_equal(found.learned.arrays[key], value)
        assert found.learned.arrays[key].dtype == value.dtype
    for field in ABOUT.__struct_fields__:
        assert getattr(found.manifest, field) == getattr(ABOUT, field)
    assert found.manifest.libraries["numpy"] == np.__version__
    assert found.manifest.version == version


def test_artefact__when_saved_twice__then_it_is_one_version_and_one_folder(tmp_path: Path) -> None:
    first, second = (save(tmp_path, ABOUT, LEARNED) for _ in range(2))
    assert first == second
    assert [path.name for path in (tmp_path / "churn").iterdir()] == [first]


@pytest.mark.parametrize(
    "about, learned",
    [
        (msgspec.structs.replace(ABOUT, metrics={"auc": 0.76}), LEARNED),
        (ABOUT, Learned(LEARNED.arrays, {"booster": "tree"})),
        (ABOUT, Learned({"weights": np.ones(2)}, LEARNED.texts)),
    ],
)
def test_artefact__when_anything_differs__then_so_does_the_version(
    tmp_path: Path, about: About, learned: Learned
) -> None:
    assert save(tmp_path, about, learned) != save(tmp_path, ABOUT, LEARNED)


@pytest.mark.parametrize("file", ["manifest.json", "arrays.safetensors", "booster.txt"])
@pytest.mark.parametrize("damage", [damage_flip, damage_cut, Path.unlink])
def test_artefact__when_a_file_is_damaged__then_it_is_refused_with_a_fix(
    tmp_path: Path, file: str, damage: Callable[[Path], None]
) -> None:
    version = save(tmp_path, ABOUT, LEARNED)
    damage(tmp_path / "churn" / version / file)
    with pytest.raises(Unavailable) as refused:
        load(tmp_path, "churn", version)
    assert "python manage.py retrain churn" in str(refused.value)
    assert "roll back" in str(refused.value)


def test_artefact__when_damaged_and_saved_again__then_it_is_whole(tmp_path: Path) -> None:
    version = save(tmp_path, ABOUT, LEARNED)
    damage_cut(tmp_path / "churn" / version / "booster.txt")
    assert save(tmp_path, ABOUT, LEARNED) == version
    assert load(tmp_path, "churn", version).learned.texts == LEARNED.texts


def test_artefact__when_a_manifest_is_forged__then_its_name_gives_it_away(tmp_path: Path) -> None:
    version = save(tmp_path, ABOUT, LEARNED)
    other = save(tmp_path, msgspec.structs.replace(ABOUT, metrics={"auc": 0.99}), LEARNED)
    forged = (tmp_path / "churn" / other / "manifest.json").read_bytes()
    (tmp_path / "churn" / version / "manifest.json").write_bytes(forged)
    with pytest.raises(Unavailable):
        load(tmp_path, "churn", version)


def test_artefact__when_it_never_was__then_it_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        load(tmp_path, "churn", "0123456789abcdef")


def test_artefact__when_writing_fails__then_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "churn").mkdir()
    version = save(tmp_path / "elsewhere", ABOUT, LEARNED)
    (tmp_path / "churn" / version).write_text("a file stands where the folder belongs")
    with pytest.raises(OSError, match=version):
        save(tmp_path, ABOUT, LEARNED)
    assert [path.name for path in (tmp_path / "churn").iterdir()] == [version]


@pytest.mark.parametrize("name", ["../churn", "", ".hidden", "a/b", "Churn"])
def test_artefact__when_a_name_could_leave_the_folder__then_it_is_refused(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(Invalid):
        save(tmp_path, msgspec.structs.replace(ABOUT, name=name), LEARNED)
    with pytest.raises(Invalid):
        load(tmp_path, name, "0123456789abcdef")


def test_artefact__when_loaded__then_no_heavy_library_is_imported(tmp_path: Path) -> None:
    version = save(tmp_path, ABOUT, LEARNED)
    program = (
        "import sys; from pathlib import Path; from recommender.artefacts import load\n"
        f"load(Path({str(tmp_path)!r}), 'churn', {version!r})\n"
        "print(*{'torch', 'sklearn', 'lightgbm', 'scipy', 'django'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
