"""What was learned of a target before cases were made for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from attrs import frozen

from imagesearch_conformance.model.target import Image, Target


@frozen
class Entry:
    """One entry of a ranking; `attributes` are by the names that filters use, absent ones left out.

    `named` says whether it tells which image it is: entries that do not cannot be told apart.
    """

    image: Image
    category: int | None = None
    score: float | None = None
    attributes: tuple[tuple[str, int | str], ...] = ()
    is_identifiable: bool = True

    def attribute(self, name: str) -> int | str | None:
        """The value of an attribute, or None."""
        return self.attributes_by_name.get(name)

    @cached_property
    def attributes_by_name(self) -> Mapping[str, int | str]:
        """The attributes by name."""
        return dict(self.attributes)


@frozen
class Survey:
    """What the target's own data allows to ask.

    `finds_itself` says that a search by an image returns that image; `repeatable` that the same
    request gives the same entries twice. `entries` is the ranking of the first image as far as a
    search reaches, `relatives` are a few of its images that share a part of their name, `coherent` says
    whether its pages fit together, `sound_start` whether at least the first one is right in itself,
    `unranked` why it is not known. `category` is the one that a search by the first image reports.
    `doubts` says why something could not be learned.
    """

    images: tuple[Image, ...]
    finds_itself: bool
    repeatable: bool
    entries: tuple[Entry, ...] = ()
    discovered_images: tuple[Image, ...] = ()
    pages_consistent: bool = True
    first_page_valid: bool = True
    predicted_category: int | None = None
    ranking_skipped_reason: str | None = None
    warnings: tuple[str, ...] = ()

    @classmethod
    def from_target(cls, target: Target) -> Survey:
        """What a plan takes for granted when nothing may be sent."""
        return cls(target.instance.images, finds_itself=True, repeatable=True)
