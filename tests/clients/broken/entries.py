"""Clients that lose entries, add absent values, or fail on valid responses."""

from imagesearch_conformance.adapters import plain

from .client import Client, defect
from .result_changes import EntryChangingClient, ResultChangingClient


@defect("response.auctions.kept", side_effects=("decoding.many",))
class DropsLastEntry(EntryChangingClient):
    """Drops the last entry."""

    def change_entries(self, entries):
        return entries[:-1]


@defect("response.auctions.kept", side_effects=("decoding.many",))
class DropsFirstEntry(EntryChangingClient):
    """Drops the first entry."""

    def change_entries(self, entries):
        return entries[1:]


@defect("decoding.many", scenarios=("decoding.many",))
class KeepsTenEntries(EntryChangingClient):
    """Returns ten entries at most."""

    def change_entries(self, entries):
        return entries[:10]


@defect("response.auctions.kept", side_effects=("decoding.many",))
class SortsEntries(EntryChangingClient):
    """Sorts the entries, the least similar first."""

    def change_entries(self, entries):
        return sorted(entries, key=lambda entry: entry.get("Score", 0))


@defect("response.auctions.kept", side_effects=("decoding.many",))
class RepeatsEntries(EntryChangingClient):
    """Returns every entry twice."""

    def change_entries(self, entries):
        return [entry for entry in entries for _ in range(2)]


@defect(
    "decoding.full",
    "decoding.many",
    side_effects=("decoding.chunked", "decoding.gzip", "decoding.absent"),
    scenarios=("decoding.many",),
)
class ChokesOnSecondEntry(EntryChangingClient):
    """Fails on more than one entry."""

    def change_entries(self, entries):
        (entry,) = entries or [None]
        return [entry] if entry else []


@defect("response.auctions.productid.kept", side_effects=("response.auctions.*.kept",))
class RepeatsFirstEntry(EntryChangingClient):
    """Returns the first entry in place of every entry."""

    def change_entries(self, entries):
        return [entries[0] for _ in entries]


@defect("decoding.absent", scenarios=("decoding.absent",))
class MakesUpZeros(EntryChangingClient):
    """Returns a zero value for every absent field, as structures without omitempty do."""

    zeros = ("IntAttr", 0), ("IntAttr2", 0), ("StrAttr", ""), ("StrAttr2", ""), ("SortExprValues", "")

    def change_entries(self, entries):
        return [{**dict(self.zeros), **entry} for entry in entries]


@defect("decoding.absent", only_warns=True, scenarios=("decoding.empty",))
class MakesUpLists(ResultChangingClient):
    """Returns an empty list for an absent one."""

    def change_body(self, body):
        return {"Auctions": [], **body}


@defect("decoding.absent", scenarios=("decoding.empty",))
class MakesUpObjects(ResultChangingClient):
    """Returns an object for an absent one."""

    def change_body(self, body):
        return {"PicInfo": {"Region": ""}, **body}


@defect("decoding.null", scenarios=("decoding.null",))
class MakesZerosOfNull(EntryChangingClient):
    """Returns a zero value for every null."""

    def change_entries(self, entries):
        return [
            {name: (0 if name.startswith("Int") else "") if value is None else value for name, value in entry.items()}
            for entry in entries
        ]


@defect("decoding.null", scenarios=("decoding.null",))
class WritesNull(ResultChangingClient):
    """Returns null as a word."""

    def change_value(self, value):
        return "None" if value is None else value


@defect("decoding.null", scenarios=("decoding.null",), only_warns=True)
class ChokesOnNull(ResultChangingClient):
    """Fails on null."""

    def change_value(self, value):
        if value is None:
            raise TypeError("int() argument must be a string or a number, not 'NoneType'")
        return value


@defect("decoding.empty")
class ChokesOnNothing(EntryChangingClient):
    """Fails on an empty list."""

    def change_entries(self, entries):
        return [entries[0], *entries[1:]]


@defect("decoding.empty", only_warns=True)
class ChokesWithoutList(ResultChangingClient):
    """Fails on an absent list."""

    def change_body(self, body):
        return {**body, "Auctions": body["Auctions"]}


@defect("decoding.empty")
class TakesNothingForError(Client):
    """Raises an error when there are no results."""

    def unwrap(self, status, body):
        body = super().unwrap(status, body)
        if not body.get("Auctions"):
            raise plain.ApiError(404, {"Code": "NotFound", "Message": "nothing was found"})
        return body


@defect("decoding.unknown", scenarios=("decoding.unknown",))
class ChokesOnNewFields(ResultChangingClient):
    """Fails on additional fields."""

    def change_object(self, value):
        if "Extension" in value:
            raise ValueError("unexpected field")
        return value


@defect("decoding.absent", "decoding.minimal", side_effects=("*",), scenarios=("decoding.absent",))
class ChokesOnAbsence(EntryChangingClient):
    """Fails on absent optional fields."""

    def change_entries(self, entries):
        return [{**entry, "IntAttr": entry["IntAttr"]} for entry in entries]
