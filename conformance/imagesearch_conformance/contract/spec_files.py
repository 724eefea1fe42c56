"""The files of a contract directory at a revision, with JSON pointers into them (`file#/json/pointer`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from attrs import field, frozen

from imagesearch_conformance.contract.overlay import OVERLAY_SUFFIX, Overlay, apply_overlay, read_overlay
from imagesearch_conformance.errors import InvalidSpec

#: The folder of a contract directory that holds one folder for each revision.
REVISIONS_FOLDER = "revisions"

#: The suffixes of files that are part of the contract and of its digest.
_SUFFIXES = frozenset({".yaml", ".json", ".lark"})

#: The suffix of files that an overlay cannot change; a revision may replace them.
_REPLACEABLE_SUFFIX = ".lark"


@frozen
class Revision:
    """A revision: all its files by their paths in the directory (`texts`), and `files` without overlays.

    The names of `files` are relative to the folder of the revision.
    """

    name: str
    texts: Mapping[str, str]
    files: Mapping[str, str]

    @property
    def overlays(self) -> Mapping[str, str]:
        """The overlays by their paths in the directory."""
        return {path: text for path, text in self.texts.items() if path.endswith(OVERLAY_SUFFIX)}


def base_files(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the files that do not belong to a revision."""
    return {name: text for name, text in texts.items() if not name.startswith(f"{REVISIONS_FOLDER}/")}


def revision_names(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of all folders with a revision."""
    paths = (name.split("/") for name in texts if name.startswith(f"{REVISIONS_FOLDER}/"))
    return tuple(sorted({path[1] for path in paths if len(path) > 2}))  # noqa: PLR2004 folder, name, file


def read_revision(texts: Mapping[str, str], name: str) -> Revision:
    """Return the files of a revision; raises InvalidSpec for a file that replaces one an overlay could change."""
    prefix = f"{REVISIONS_FOLDER}/{name}/"
    own = {path: text for path, text in texts.items() if path.startswith(prefix)}
    files = {path.removeprefix(prefix): text for path, text in own.items() if not path.endswith(OVERLAY_SUFFIX)}
    for path in files:
        if path in texts and not path.endswith(_REPLACEABLE_SUFFIX):
            hint = f"write an overlay, in a file *{OVERLAY_SUFFIX}"
            raise InvalidSpec(f"the revision replaces {path}", f"{prefix}{path}", hint)
    return Revision(name, own, files)


@frozen
class SpecFiles:
    """The files of a contract directory at one revision, each decoded once.

    `texts` are the files on disk by their paths in the directory, including those of the revision. `revisions` are the
    names of all later revisions.
    """

    root: Path
    texts: Mapping[str, str]
    revisions: tuple[str, ...] = ()
    revision: Revision | None = None
    overlays: tuple[Overlay, ...] = ()
    _contents: dict[str, Any] = field(factory=dict, repr=False, eq=False)

    @classmethod
    def from_directory(cls, root: Path) -> SpecFiles:
        """Read a directory; raises InvalidSpec if it does not exist or a file is not UTF-8."""
        if not root.is_dir():
            raise InvalidSpec(
                "the contract directory does not exist",
                str(root),
                "expected a directory with openapi.yaml and schemas/",
            )
        paths = sorted(path for path in root.rglob("*") if path.suffix in _SUFFIXES and path.is_file())
        texts = {path.relative_to(root).as_posix(): _read_text(path) for path in paths}
        return cls(root, texts, revision_names(texts))

    def at_revision(self, name: str | None) -> SpecFiles:
        """Return the files at a revision, None for the directory's own; raises InvalidSpec."""
        base = base_files(self.texts)
        if name is None:
            return SpecFiles(self.root, base, self.revisions)
        revision = read_revision(self.texts, name)
        overlays = tuple(
            read_overlay(decode_text(self.root / path, text), path) for path, text in sorted(revision.overlays.items())
        )
        for overlay in overlays:
            if overlay.extends not in base:
                raise InvalidSpec(f"unknown file {overlay.extends!r}", f"{overlay.where}/extends")
        return SpecFiles(self.root, {**base, **revision.texts}, self.revisions, revision, overlays)

    def digest(self) -> str:
        """Return `sha256:` and the digest of all names and texts; the path of the directory does not matter."""
        digest = hashlib.sha256()
        for name, text in sorted(self.texts.items()):
            digest.update(f"{name}\0{len(text)}\0{text}".encode())
        return f"sha256:{digest.hexdigest()}"

    def text(self, name: str) -> str:
        """Return the text of a file before overlays; raises InvalidSpec if it is missing."""
        own = {} if self.revision is None else self.revision.files
        try:
            return own[name] if name in own else self.texts[name]
        except KeyError:
            raise InvalidSpec("the file is missing", str(self.root / name)) from None

    def relative_path(self, name: str) -> str:
        """Return the path of a file in the directory; files of a revision are in its folder."""
        if self.revision is None or name not in self.revision.files:
            return name
        return f"{REVISIONS_FOLDER}/{self.revision.name}/{name}"

    def content(self, name: str) -> Any:
        """Return the value of a YAML or JSON file after overlays."""
        if name not in self._contents:
            value = decode_text(self.root / name, self.text(name))
            for overlay in self.overlays:
                if overlay.extends == name:
                    value = apply_overlay(overlay, value)
            self._contents[name] = value
        return self._contents[name]

    def file_names(self, folder: str) -> tuple[str, ...]:
        """Return the sorted names of the files directly in a folder."""
        own = {} if self.revision is None else self.revision.files
        return tuple(sorted(name for name in {*self.texts, *own} if name.rpartition("/")[0] == folder))

    def resolve(self, pointer: str) -> Any:
        """Return the value at `file#/json/pointer` (RFC 6901); raises InvalidSpec if there is none."""
        name, _, path = pointer.partition("#")
        value = self.content(name)
        for step in split_pointer(path):
            try:
                value = value[int(step)] if isinstance(value, list) else value[step]
            except (KeyError, IndexError, ValueError, TypeError):
                raise InvalidSpec(f"the pointer does not resolve at {step!r}", f"{self.root / name}#{path}") from None
        return value


def split_pointer(path: str) -> list[str]:
    """Return the names and indexes of a JSON pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in path.split("/")[1:]]


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise InvalidSpec(f"the file cannot be read: {problem}", str(path)) from problem


def decode_text(path: Path, text: str) -> Any:
    """Decode JSON if the path ends in `.json`, otherwise YAML; raises InvalidSpec."""
    try:
        return json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=Loader)  # noqa: S506 a SafeLoader
    except (ValueError, yaml.YAMLError) as problem:
        raise InvalidSpec(f"the file cannot be decoded: {' '.join(str(problem).split())}", str(path)) from problem


#: The safe loader of libyaml, if available: the same results, several times faster.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
