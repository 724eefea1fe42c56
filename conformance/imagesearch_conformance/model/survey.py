"""The survey: the data of a target, learned from the first requests."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from attrs import frozen

from imagesearch_conformance.model.target import Image, Target


@frozen
class Entry:
    """One entry of a ranking; `attributes` have the names that filters use, and omit missing ones.

    An entry that does not name its image is not identifiable.
    """

    image: Image
    category: int | None = None
    score: float | None = None
    attributes: tuple[tuple[str, int | str], ...] = ()
    is_identifiable: bool = True

    def attribute(self, name: str) -> int | str | None:
        return self.attributes_by_name.get(name)

    @cached_property
    def attributes_by_name(self) -> Mapping[str, int | str]:
        return dict(self.attributes)


@frozen
class Survey:
    """The data of a target, as far as cases depend on it.

    `finds_itself`: a search by an image returns that image. `repeatable`: the same request returns the same entries
    twice. `entries` is the ranking of the first image up to the window of a search; `discovered_images` are a few of
    its images that share a part of their names; `pages_consistent`: its pages fit together; `first_page_valid`: at
    least the first page is valid; `ranking_skipped_reason`: why there is no ranking. `predicted_category` is the
    category in the response to a search by the first image. `warnings` say why something could not be learned.
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
        """Create the survey that a plan assumes when no request may be sent."""
        return cls(target.instance.images, finds_itself=True, repeatable=True)
