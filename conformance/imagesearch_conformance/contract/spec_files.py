"""The files of a contract directory: read once, addressed by `file#/json/pointer`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from attrs import field, frozen

from imagesearch_conformance.contract.overlay import Overlay, apply_overlay, read_overlay
from imagesearch_conformance.contract.revisions import (
    REVISIONS_FOLDER,
    Revision,
    base_files,
    read_revision,
    revision_names,
)
from imagesearch_conformance.errors import InvalidSpec

#: What counts as part of the contract, and therefore of its digest.
_SUFFIXES = frozenset({".yaml", ".json", ".lark"})


@frozen
class SpecFiles:
    """Every file of a contract directory by its path relative to it, decoded once, as one revision has it.

    `texts` are the files as they were read, those of the revision among them under their own paths;
    `revisions` names all that the directory has besides its own.
    """

    root: Path
    texts: Mapping[str, str]
    revisions: tuple[str, ...] = ()
    revision: Revision | None = None
    overlays: tuple[Overlay, ...] = ()
    _contents: dict[str, Any] = field(factory=dict, repr=False, eq=False)

    @classmethod
    def from_directory(cls, root: Path) -> SpecFiles:
        """Reads a directory; raises BadSpec when it is none or a file is not UTF-8 text."""
        if not root.is_dir():
            raise InvalidSpec(
                "there is no contract directory", str(root), "it needs at least openapi.yaml and schemas/"
            )
        paths = sorted(path for path in root.rglob("*") if path.suffix in _SUFFIXES and path.is_file())
        texts = {path.relative_to(root).as_posix(): _read_text(path) for path in paths}
        return cls(root, texts, revision_names(texts))

    def at_revision(self, name: str | None) -> SpecFiles:
        """The files as a revision has them, or without any; raises BadSpec where the revision does not fit."""
        base = base_files(self.texts)
        if name is None:
            return SpecFiles(self.root, base, self.revisions)
        revision = read_revision(self.texts, name)
        overlays = tuple(
            read_overlay(decode_text(self.root / path, text), path) for path, text in sorted(revision.overlays.items())
        )
        for one in overlays:
            if one.extends not in base:
                raise InvalidSpec(f"there is no file {one.extends!r}", f"{one.where}/extends")
        return SpecFiles(self.root, {**base, **revision.texts}, self.revisions, revision, overlays)

    def digest(self) -> str:
        """`sha256:` over names and contents, the same wherever the directory lies."""
        total = hashlib.sha256()
        for name, text in sorted(self.texts.items()):
            total.update(f"{name}\0{len(text)}\0{text}".encode())
        return f"sha256:{total.hexdigest()}"

    def text(self, name: str) -> str:
        """The text of one file, without what overlays change; raises BadSpec when it is missing."""
        own = {} if self.revision is None else self.revision.files
        try:
            return own[name] if name in own else self.texts[name]
        except KeyError:
            raise InvalidSpec("the file is missing", str(self.root / name)) from None

    def relative_path(self, name: str) -> str:
        """Where a file lies below the directory: those of a revision have a folder of their own."""
        if self.revision is None or name not in self.revision.files:
            return name
        return f"{REVISIONS_FOLDER}/{self.revision.name}/{name}"

    def content(self, name: str) -> Any:
        """One file, decoded as YAML or JSON by its ending, with all changes of the revision."""
        if name not in self._contents:
            value = decode_text(self.root / name, self.text(name))
            for overlay in self.overlays:
                if overlay.extends == name:
                    value = apply_overlay(overlay, value)
            self._contents[name] = value
        return self._contents[name]

    def file_names(self, folder: str) -> tuple[str, ...]:
        """The files directly in a folder, sorted."""
        own = {} if self.revision is None else self.revision.files
        return tuple(sorted(name for name in {*self.texts, *own} if name.rpartition("/")[0] == folder))

    def resolve(self, pointer: str) -> Any:
        """What `file#/json/pointer` (RFC 6901) names; raises BadSpec when it names nothing."""
        name, _, path = pointer.partition("#")
        value = self.content(name)
        for step in split_pointer(path):
            try:
                value = value[int(step)] if isinstance(value, list) else value[step]
            except (KeyError, IndexError, ValueError, TypeError):
                raise InvalidSpec(f"the pointer names nothing at {step!r}", f"{self.root / name}#{path}") from None
        return value


def split_pointer(path: str) -> list[str]:
    """The names and indexes of a JSON pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in path.split("/")[1:]]


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise InvalidSpec(f"the file cannot be read: {problem}", str(path)) from problem


def decode_text(path: Path, text: str) -> Any:
    """The value of a text in YAML or JSON, by the ending of its path; raises BadSpec when it has none."""
    try:
        return json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=Loader)  # noqa: S506 a SafeLoader
    except (ValueError, yaml.YAMLError) as problem:
        raise InvalidSpec(f"the file cannot be decoded: {' '.join(str(problem).split())}", str(path)) from problem


#: libyaml's safe loader where it is compiled in: the same result, several times faster.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
