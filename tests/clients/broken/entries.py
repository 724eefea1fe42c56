"""Clients that lose entries, make up what is absent, or fail to read what is."""

from imagesearch_conformance.adapters import plain

from .handing import Handing, Listing
from .steps import Client, defect


@defect("response.auctions.kept", also=("decoding.many",))
class DropsLastEntry(Listing):
    """Loses the last entry."""

    def entries(self, found):
        return found[:-1]


@defect("response.auctions.kept", also=("decoding.many",))
class DropsFirstEntry(Listing):
    """Loses the first entry."""

    def entries(self, found):
        return found[1:]


@defect("decoding.many", plays=("decoding.many",))
class KeepsTenEntries(Listing):
    """Hands over ten entries, however many come."""

    def entries(self, found):
        return found[:10]


@defect("response.auctions.kept", also=("decoding.many",))
class SortsEntries(Listing):
    """Sorts the entries, the least similar first."""

    def entries(self, found):
        return sorted(found, key=lambda one: one.get("Score", 0))


@defect("response.auctions.kept", also=("decoding.many",))
class RepeatsEntries(Listing):
    """Hands over every entry twice."""

    def entries(self, found):
        return [one for one in found for _ in range(2)]


@defect(
    "decoding.full",
    "decoding.many",
    also=("decoding.chunked", "decoding.gzip", "decoding.absent"),
    plays=("decoding.many",),
)
class ChokesOnSecondEntry(Listing):
    """Cannot read more than one entry."""

    def entries(self, found):
        (one,) = found or [None]
        return [one] if one else []


@defect("response.auctions.productid.kept", also=("response.auctions.*.kept",))
class RepeatsFirstEntry(Listing):
    """Hands over the first entry in place of all."""

    def entries(self, found):
        return [found[0] for _ in found]


@defect("decoding.absent", plays=("decoding.absent",))
class MakesUpZeros(Listing):
    """Has a zero for every field that is absent, as structures without omitempty do."""

    zeros = ("IntAttr", 0), ("IntAttr2", 0), ("StrAttr", ""), ("StrAttr2", ""), ("SortExprValues", "")

    def entries(self, found):
        return [{**dict(self.zeros), **one} for one in found]


@defect("decoding.absent", warns=True, plays=("decoding.empty",))
class MakesUpLists(Handing):
    """Has an empty list where there is none."""

    def made(self, body):
        return {"Auctions": [], **body}


@defect("decoding.absent", plays=("decoding.empty",))
class MakesUpObjects(Handing):
    """Has an object where there is none."""

    def made(self, body):
        return {"PicInfo": {"Region": ""}, **body}


@defect("decoding.null", plays=("decoding.null",))
class MakesZerosOfNull(Listing):
    """Has a zero for every field that is null."""

    def entries(self, found):
        return [
            {name: (0 if name.startswith("Int") else "") if value is None else value for name, value in one.items()}
            for one in found
        ]


@defect("decoding.null", plays=("decoding.null",))
class WritesNull(Handing):
    """Writes null as a word."""

    def value(self, value):
        return "None" if value is None else value


@defect("decoding.null", plays=("decoding.null",), warns=True)
class ChokesOnNull(Handing):
    """Cannot read null."""

    def value(self, value):
        if value is None:
            raise TypeError("int() argument must be a string or a number, not 'NoneType'")
        return value


@defect("decoding.empty")
class ChokesOnNothing(Listing):
    """Reads the first entry, whether there is one or not."""

    def entries(self, found):
        return [found[0], *found[1:]]


@defect("decoding.empty", warns=True)
class ChokesWithoutList(Handing):
    """Reads the list of entries, whether there is one or not."""

    def made(self, body):
        return {**body, "Auctions": body["Auctions"]}


@defect("decoding.empty")
class TakesNothingForError(Client):
    """Raises an error when nothing is found."""

    def understood(self, status, body):
        body = super().understood(status, body)
        if not body.get("Auctions"):
            raise plain.ApiError(404, {"Code": "NotFound", "Message": "nothing was found"})
        return body


@defect("decoding.unknown", plays=("decoding.unknown",))
class ChokesOnNewFields(Handing):
    """Refuses replies that have a field more."""

    def object(self, value):
        if "Extension" in value:
            raise ValueError("unexpected field")
        return value


@defect("decoding.absent", "decoding.minimal", also=("*",), plays=("decoding.absent",))
class ChokesOnAbsence(Listing):
    """Needs fields that entries can be without."""

    def entries(self, found):
        return [{**one, "IntAttr": one["IntAttr"]} for one in found]
