"""Later revisions of the documentation: additional files, and overlays that change files."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from imagesearch_conformance.contract.overlay import OVERLAY_SUFFIX
from imagesearch_conformance.errors import InvalidSpec

#: The folder of a contract directory that holds one folder for each revision.
REVISIONS_FOLDER = "revisions"

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
