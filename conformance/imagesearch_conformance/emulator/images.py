"""Stored images and their similarity."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from attrs import frozen

#: Similarities are multiples of these steps; the coarse ones make equal scores common.
_COARSE_STEPS, _FINE_STEPS = 100, 1_000_000


@frozen
class StoredImage:
    """An image with its attributes by field name; missing attributes are left out."""

    id: int
    instance: str
    product_id: str
    pic_name: str
    category: int
    attributes: Mapping[str, int | str]
    region: str
    regions: tuple[str, ...]


def similarity(image_id: int, other_id: int) -> float:
    """Return the similarity of two images: 1 for the same image, between 0 and 1 (exclusive) for others."""
    if image_id == other_id:
        return 1.0
    pair = f"{min(image_id, other_id)}:{max(image_id, other_id)}"
    number = int.from_bytes(blake2b(pair.encode("ascii"), digest_size=8).digest(), "big")
    steps = _FINE_STEPS if number % 4 else _COARSE_STEPS
    return (number // 4 % (steps - 1) + 1) / steps
