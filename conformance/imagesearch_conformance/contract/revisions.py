"""Later revisions of the page: what each adds to the files of a contract directory, and what it changes in them."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from imagesearch_conformance.contract.overlay import OVERLAY_SUFFIX
from imagesearch_conformance.errors import InvalidSpec

#: The folder of a contract directory with one folder a revision.
REVISIONS_FOLDER = "revisions"

#: Files that no overlay can change, so that a revision has its own instead.
_REPLACEABLE_SUFFIX = ".lark"


@frozen
class Revision:
    """One revision: the files that stand for themselves by the names they have there, and its overlays.

    `texts` are all of them, under their paths in the directory, as those of `overlays` are.
    """

    name: str
    texts: Mapping[str, str]
    files: Mapping[str, str]

    @property
    def overlays(self) -> Mapping[str, str]:
        """The files that change others."""
        return {path: text for path, text in self.texts.items() if path.endswith(OVERLAY_SUFFIX)}


def base_files(texts: Mapping[str, str]) -> dict[str, str]:
    """The files that belong to no revision."""
    return {name: text for name, text in texts.items() if not name.startswith(f"{REVISIONS_FOLDER}/")}


def revision_names(texts: Mapping[str, str]) -> tuple[str, ...]:
    """The revisions that a contract directory has besides its own."""
    parts = (name.split("/") for name in texts if name.startswith(f"{REVISIONS_FOLDER}/"))
    return tuple(sorted({found[1] for found in parts if len(found) > 2}))  # noqa: PLR2004 folder, name, file


def read_revision(texts: Mapping[str, str], name: str) -> Revision:
    """The files of a revision; raises BadSpec where one of them is a copy of what an overlay could change."""
    prefix = f"{REVISIONS_FOLDER}/{name}/"
    own = {path: text for path, text in texts.items() if path.startswith(prefix)}
    files = {path.removeprefix(prefix): text for path, text in own.items() if not path.endswith(OVERLAY_SUFFIX)}
    for path in files:
        if path in texts and not path.endswith(_REPLACEABLE_SUFFIX):
            raise InvalidSpec(
                f"the revision has a copy of {path}",
                f"{prefix}{path}",
                f"write an overlay, in a file *{OVERLAY_SUFFIX}",
            )
    return Revision(name, own, files)
