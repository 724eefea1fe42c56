"""Records what the product does today, and compares two recordings: proof that a refactoring changes nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import product
from collecting import collect as collect_recordings
from comparing import compare as compare_recordings
from parts import PARTS, Choice
from recording import record as record_parts

_FILE = click.Path(exists=True, dir_okay=False, resolve_path=True, path_type=Path)
_DIRECTORY = click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path)


@click.group(help=__doc__)
def main() -> None:
    """Group the commands."""


@main.command()
@click.argument("out_dir", type=click.Path(file_okay=False, resolve_path=True, path_type=Path))
@click.option(
    "--part", "parts", multiple=True, type=click.Choice(list(PARTS)), help="Record only this part; repeatable."
)
@click.option("--subject", default="*", help="Record only the subjects whose names fit this pattern.")
@click.option("--jobs", default=2, show_default=True, help="How many processes record at once.")
@click.option("--whole", is_flag=True, help="Record every subject, also those that repeat much of others.")
@click.option("--corpus", type=_FILE, help="Judge the recordings of traffic in this file of `collect`.")
@click.option("--har", type=_DIRECTORY, help="Judge the recordings of traffic in this directory too.")
def record(out_dir: Path, parts: tuple[str, ...], jobs: int, **choice: Any) -> None:
    """Record the behaviour of the package that Python imports, into OUT_DIR."""
    record_parts(out_dir, parts or tuple(PARTS), jobs, Choice(**choice))


@main.command()
@click.argument("old", type=_DIRECTORY)
@click.argument("new", type=_DIRECTORY)
@click.option("--renames", type=_FILE, help="TOML file of renamed ids, applied to OLD.")
@click.option("--common", is_flag=True, help="Compare only the parts and subjects that both recordings have.")
def compare(old: Path, new: Path, renames: Path | None, *, common: bool) -> None:
    """Print what differs between two recordings; exit with 1 if anything does."""
    sys.exit(compare_recordings(old, new, renames, common=common))


@main.command()
@click.argument("out_file", type=click.Path(dir_okay=False, resolve_path=True, path_type=Path))
def collect(out_file: Path) -> None:
    """Collect what the tests give to `judge` into OUT_FILE, for --corpus of every later recording."""
    sys.exit(collect_recordings(product.root(), out_file))


if __name__ == "__main__":
    main()
