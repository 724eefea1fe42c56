"""One exchange as an archive holds it, and what the archive leaves out of it."""

from __future__ import annotations

from attrs import frozen

from imagesearch_conformance.model.wire import Exchange


@frozen(eq=False)
class HarEntry:
    """One entry of an archive; `number` counts its entries from 1, `origin` is scheme, host and port.

    `timed` says whether the archive has the moment, `exact` whether the request has the bytes that were sent, as far as
    an archive can have them, and `headed` whether the headers of the reply are there. `gap` is why the reply cannot be
    judged.
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
    """The entries of a file that can be read, those that cannot be by number and reason, and what wrote the file.

    `repeated` is how many entries are copies of another, `cached` how many a browser answered itself.
    """

    entries: tuple[HarEntry, ...]
    unreadable: tuple[tuple[int, str], ...] = ()
    repeated_count: int = 0
    cached_count: int = 0
    creator: str = ""

    @property
    def entry_count(self) -> int:
        """How many entries the file has."""
        return len(self.entries) + len(self.unreadable) + self.repeated_count + self.cached_count


@frozen
class RecordingSummary:
    """What was judged of a file: its name, what wrote it, and how many of its entries were what.

    `judged` are calls of the operation to the endpoint, `other_endpoints` calls to other endpoints, `other_requests`
    something else or answered by a cache, `unreadable` no exchange over HTTP, `duplicates` copies of another entry.
    """

    name: str
    creator: str
    entries: int
    judged: int
    other_endpoints: int
    other_requests: int
    unreadable: int
    duplicates: int
