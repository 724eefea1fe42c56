"""A copy of the repository in the layout that mutmut knows: the package below `src/`."""

from __future__ import annotations

import shutil
from pathlib import Path

from undecorated import undecorated

ROOT = Path(__file__).resolve().parents[2]

#: Where the copy lies; mutmut keeps there what it knows of mutants that it tried before.
TREE = ROOT / "build" / "mutants"

PACKAGE = "imagesearch_conformance"


def copy() -> None:
    """Makes the copy, or brings it up to date: a file that says the same is not touched."""
    wanted = {path.relative_to(ROOT): path.read_bytes() for path in _files("spec", "tests", "pyproject.toml")}
    for path in _files(f"conformance/{PACKAGE}"):
        wanted[Path("src", path.relative_to(ROOT / "conformance"))] = _prepared(path)
    for path in [path for path in _files("src", "spec", "tests", root=TREE) if path.relative_to(TREE) not in wanted]:
        path.unlink()
    for name, content in wanted.items():
        _write(TREE / name, content)


def _files(*names: str, root: Path = ROOT) -> list[Path]:
    places = [root / name for name in names]
    found = [path for place in places for path in ([place] if place.is_file() else sorted(place.rglob("*")))]
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts]


def _prepared(path: Path) -> bytes:
    if path.suffix != ".py":
        return path.read_bytes()
    return undecorated(path.read_text(encoding="utf-8")).encode()


def _write(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if path.is_relative_to(TREE / "src"):
        # mutmut copies what is not there, and mutates only what is newer than its own copy.
        (TREE / "mutants" / path.relative_to(TREE)).unlink(missing_ok=True)


def forget() -> None:
    """Leaves nothing of earlier runs."""
    shutil.rmtree(TREE, ignore_errors=True)
