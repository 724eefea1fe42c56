"""Entries of an archive, and what the archive leaves out of them."""

from __future__ import annotations

from attrs import frozen

from imagesearch_conformance.model.exchange import Exchange


@frozen(eq=False)
class HarEntry:
    """An entry of an archive; `number` counts from 1, `origin` is scheme, host and port.

    `has_exact_request` tells whether the request has the bytes that were sent, as far as an archive can have them.
    `unusable_reason` is the reason why the response cannot be judged.
    """

    number: int
    origin: str
    exchange: Exchange
    has_time: bool = True
    has_exact_request: bool = True
    has_response_headers: bool = True
    unusable_reason: str | None = None


@frozen
class HarFile:
    """The readable entries of a file, the unreadable ones by number and reason, and the tool that wrote the file.

    `repeated_count` counts copies of other entries, `cached_count` those that a browser served from a cache.
    """

    entries: tuple[HarEntry, ...]
    unreadable: tuple[tuple[int, str], ...] = ()
    repeated_count: int = 0
    cached_count: int = 0
    creator: str = ""

    @property
    def entry_count(self) -> int:
        return len(self.entries) + len(self.unreadable) + self.repeated_count + self.cached_count


@frozen
class RecordingSummary:
    """The name of a recording, the tool that wrote it, and its entries by what became of them.

    `judged` counts calls of the operation to the endpoint, `elsewhere` calls to other endpoints, `others` other
    requests and cached ones, `unreadable` entries without an HTTP exchange, `repeated` copies of other entries.
    """

    name: str
    creator: str
    entries: int
    judged: int
    elsewhere: int
    others: int
    unreadable: int
    repeated: int
