"""Rebuilds the demo's data files: ``python -m marketing.demo.compact --source DIR``.

DIR holds ``oulad/`` (student, student_registration, student_assessment, assessment, course, each
``.csv.gz``) and ``mooccube/`` (enrolments.csv.gz, school-course.csv, teacher-course.csv,
prerequisite_relations.csv, course_descriptions.json.gz). The same sources and the same release of
pyarrow give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from marketing.demo.compact_mooccube import mooccube_tables
from marketing.demo.compact_oulad import oulad_tables
from marketing.demo.shipped import DATA, MANIFEST, ShippedFile


def rebuild(source: Path, target: Path) -> dict[str, ShippedFile]:
    """Writes every table and the manifest under ``target``; returns the manifest."""
    target.mkdir(parents=True, exist_ok=True)
    tables = oulad_tables(source / "oulad") | mooccube_tables(source / "mooccube")
    written = {name: _write(table, target / f"{name}.parquet") for name, table in tables.items()}
    text = msgspec.json.format(msgspec.json.encode(written, order="sorted"), indent=2)
    (target / MANIFEST).write_bytes(text + b"\n")
    return written


def _write(table: pa.Table, path: Path) -> ShippedFile:
    pq.write_table(table, path, compression="zstd", compression_level=19, write_statistics=False)
    content = path.read_bytes()
    return ShippedFile(
        sha256=hashlib.sha256(content).hexdigest(), bytes=len(content), rows=table.num_rows
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True, metavar="DIR")
    parser.add_argument("--target", type=Path, default=DATA, metavar="DIR")
    options = parser.parse_args()
    for name, file in rebuild(options.source, options.target).items():
        sys.stdout.write(f"{name:24} {file.rows:9,} rows {file.bytes:11,} bytes\n")


if __name__ == "__main__":
    main()
