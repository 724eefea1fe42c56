"""Clients that hand back something else than they were answered."""

import json
import re
import struct

from attrs import evolve

from imagesearch_conformance.adapters import plain

from .steps import Client, defect, everywhere

TEXTS = ("wire.*", "error.unknown")
EVERY_REPLY = ("outcome.success", "request.*", "decoding.*", "wire.*", "network.slow")


class Handing(Client):
    """Hands over what a function makes of the body."""

    def handed(self, status, body):
        return status, self.made(body)

    def made(self, body):
        return everywhere(body, self.changed)

    def changed(self, value):
        return self.object(value) if isinstance(value, dict) else self.value(value)

    def object(self, value):
        return value

    def value(self, value):
        return value


class Listing(Handing):
    """Hands over what a function makes of the entries."""

    def made(self, body):
        found = body.get("Auctions")
        return body if found is None else {**body, "Auctions": self.entries(found)}

    def entries(self, found):
        return found


# fields


@defect("response.auctions.score.kept")
class LosesScore(Handing):
    """Does not know Score."""

    def object(self, value):
        return {name: one for name, one in value.items() if name != "Score"}


@defect("response.auctions.picname.kept")
class RenamesPicName(Handing):
    """Hands over PicName by another name."""

    def object(self, value):
        return {"picName" if name == "PicName" else name: one for name, one in value.items()}


@defect("response.head.docsfound.kept", "response.head.docsreturn.kept")
class SwapsCounters(Handing):
    """Takes the one counter for the other."""

    def made(self, body):
        head = body["Head"]
        return {**body, "Head": {**head, "DocsFound": head["DocsReturn"], "DocsReturn": head["DocsFound"]}}


@defect("response.picinfo.kept")
class LosesPicInfo(Handing):
    """Does not know PicInfo."""

    def made(self, body):
        return {name: one for name, one in body.items() if name != "PicInfo"}


@defect("response.picinfo.multiregion.kept")
class LosesRegions(Handing):
    """Hands over no region."""

    def object(self, value):
        return {name: [] if name == "MultiRegion" else one for name, one in value.items()}


@defect("response.picinfo.multiregion.kept")
class KeepsFirstRegion(Handing):
    """Hands over the first region alone."""

    def object(self, value):
        return {name: one[:1] if name == "MultiRegion" else one for name, one in value.items()}


@defect("response.picinfo.allcategories.kept")
class SortsCategories(Handing):
    """Hands over the categories in an order of its own."""

    def object(self, value):
        return {name: one[::-1] if name == "AllCategories" else one for name, one in value.items()}


@defect("response.requestid.kept")
class MakesUpRequestId(Handing):
    """Hands over an identifier of its own."""

    def made(self, body):
        return {**body, "RequestId": "00000000-0000-0000-0000-000000000000"}


@defect("response.head.docsfound.type", "response.auctions.score.type", "response.code.type", also=("response.*.type",))
class WritesNumbersAsText(Handing):
    """Hands over numbers as text."""

    def value(self, value):
        return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


@defect("response.success.type")
class WritesTruthAsText(Handing):
    """Hands over true and false as text."""

    def value(self, value):
        return str(value).lower() if isinstance(value, bool) else value


@defect("response.auctions.type", "response.picinfo.multiregion.type", "response.picinfo.allcategories.type")
class UnwrapsLists(Handing):
    """Hands over a list of one as what is in it."""

    def value(self, value):
        return value

    def object(self, value):
        return {name: one[0] if isinstance(one, list) and len(one) == 1 else one for name, one in value.items()}


@defect("response.auctions.customcontent.type", plays=("decoding.text/*",))
class ReadsNumbers(Handing):
    """Makes a number of a text that looks like one."""

    def value(self, value):
        return int(value) if isinstance(value, str) and value.isdigit() else value


@defect("response.auctions.customcontent.kept", plays=("decoding.text/*",))
class DropsEmptyTexts(Handing):
    """Takes an empty text for none."""

    def value(self, value):
        return None if value == "" else value


# numbers and texts


@defect("decoding.score", also=("response.auctions.score.kept",), plays=("decoding.score",))
class RoundsToSingle(Handing):
    """Keeps Score in 32 bits."""

    def value(self, value):
        return struct.unpack("f", struct.pack("f", value))[0] if isinstance(value, float) else value


@defect("decoding.score", "response.auctions.score.kept", plays=("decoding.score",))
class RoundsForPeople(Handing):
    """Keeps two places of Score."""

    def value(self, value):
        return round(value, 2) if isinstance(value, float) else value


@defect("decoding.score", "response.auctions.score.kept", plays=("decoding.score",))
class CutsFractions(Handing):
    """Takes Score for an integer."""

    def value(self, value):
        return int(value) if isinstance(value, float) else value


@defect("decoding.endless", plays=("decoding.integers", "decoding.endless"), warns=True)
class CountsInDoubles(Handing):
    """Keeps integers in binary64."""

    def value(self, value):
        return int(float(value)) if isinstance(value, int) and not isinstance(value, bool) else value


@defect("decoding.integers", also=("decoding.endless",), plays=("decoding.integers", "decoding.endless"))
class CountsInSingles(Handing):
    """Keeps integers in binary32."""

    def value(self, value):
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**60
        return int(struct.unpack("f", struct.pack("f", value))[0]) if whole and abs(value) > 2**28 else value


@defect("decoding.integers", also=("decoding.endless", "response.*.kept"), plays=("decoding.integers",))
class CountsInShorts(Handing):
    """Keeps integers in 16 bits."""

    def value(self, value):
        whole = isinstance(value, int) and not isinstance(value, bool)
        return (value + 2**15) % 2**16 - 2**15 if whole else value


@defect("decoding.text", also=TEXTS, plays=("decoding.text", "error.unknown"))
class ReadsLatin(Client):
    """Reads replies as Latin-1."""

    def document(self, content):
        return super().document(content.decode("latin-1").encode())


@defect("decoding.text", plays=("decoding.text", "error.unknown"))
class DropsControls(Handing):
    """Takes line breaks out of texts."""

    def value(self, value):
        return re.sub(r"[\n\r\t]", " ", value) if isinstance(value, str) else value


@defect("decoding.text", plays=("decoding.text",))
class CutsTexts(Handing):
    """Keeps no more than 4096 characters of a text."""

    def value(self, value):
        return value[:4096] if isinstance(value, str) else value


@defect("decoding.text", "wire.nonascii", plays=("decoding.text", "wire.*"))
class KeepsAscii(Handing):
    """Puts question marks where it does not know a character."""

    def value(self, value):
        return value.encode("ascii", "replace").decode() if isinstance(value, str) else value


# entries


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


# what is absent, null, empty, unknown


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


@defect("decoding.null", plays=("decoding.null",))
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


@defect("decoding.empty")
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


# transfers


@defect("decoding.gzip", plays=("decoding.gzip",))
class LeavesPacked(Client):
    """Says that it accepts compressed replies, and does not unpack them."""

    def unpacked(self, content):
        return content


@defect("decoding.chunked", plays=("decoding.chunked",))
class ReadsByLength(Client):
    """Reads as many bytes as the length says, and none without one."""

    def sent(self, message, to=None):
        reply = super().sent(message, to)
        return reply if reply.sized else evolve(reply, content=b"{}")


@defect("decoding.layout", plays=("decoding.layout",))
class ReadsOneLine(Client):
    """Reads the first line."""

    def document(self, content):
        return super().document(content.partition(b"\n")[0])


@defect("decoding.layout", also=("*",), plays=("decoding.layout",))
class ReadsInOrder(Client):
    """Expects the names of a reply in their order."""

    def document(self, content):
        found = super().document(content)
        if next(iter(found), "") not in {"Msg", "RequestId", "Extension", "Code", "Message"}:
            raise plain.Unreadable("unexpected name")
        if "Auctions" in found and list(found)[-1] == "Msg":
            raise plain.Unreadable("unexpected order")
        return found


# success and failure


@defect(*EVERY_REPLY[:1], also=EVERY_REPLY[1:])
class TakesSuccessForError(Client):
    """Raises an error where there is a code, though it says that all is well."""

    def understood(self, status, body):
        if "Code" in body:
            raise plain.ApiError(status, body)
        return super().understood(status, body)


@defect("outcome.success", warns=False)
class MakesUpStatus(Handing):
    """Hands over a status of its own."""

    def handed(self, status, body):
        return status + 1, body


@defect("outcome.success", also=(*EVERY_REPLY[1:], "malformed.contenttype"))
class HandsOverNothing(Handing):
    """Hands over an object without any of the fields."""

    def made(self, body):
        return {"ok": bool(body)}


@defect("outcome.success")
class HandsOverEntriesAlone(Handing):
    """Hands over the list of entries in place of the body."""

    def handed(self, status, body):
        return status, body.get("Auctions") or []


@defect("outcome.inner", plays=("outcome.inner",))
class ReadsStatusAlone(Handing):
    """Takes a reply with status 200 for a success, whatever it says."""

    def understood(self, status, body):
        return {**body, "Code": 0, "Success": True} if status == 200 else super().understood(status, body)


@defect("outcome.error", plays=("error.*.status", "error.unknown"))
class TakesErrorsForSuccess(Client):
    """Never raises an error."""

    def understood(self, _, body):
        return body


@defect("outcome.error", plays=("error.gateway/*",))
class TakesThrottlingForNothing(Client):
    """Hands over an empty success when it is throttled."""

    def understood(self, status, body):
        if str(body.get("Code")).startswith("Throttling"):
            return {"Auctions": [], "Success": True}
        return super().understood(status, body)


@defect("outcome.error", also=("error.*",), plays=("num.maximum",))
class TakesErrorsForNonsense(Client):
    """Says of every error that the reply makes no sense."""

    def understood(self, status, body):
        try:
            return super().understood(status, body)
        except plain.ApiError as error:
            raise plain.Unreadable(str(error)) from error


class Telling(Client):
    """Changes what it tells of errors."""

    def told(self, error):
        return self.changed(super().told(error))

    def changed(self, told):
        return told


CODES = ("error.*.status", "error.gateway", "error.unknown")
MESSAGES = ("error.*.message", "error.gateway", "error.unknown")


@defect("error.envelope.code.present", also=CODES)
class LosesCode(Telling):
    """Does not tell the code of an error."""

    def changed(self, told):
        return evolve(told, code=None)


@defect("error.InvalidInstance.status", "error.NetworkException.status", also=CODES)
class LosesStatus(Telling):
    """Does not tell the status of an error."""

    def changed(self, told):
        return evolve(told, status=None)


@defect("error.envelope.message.present", also=MESSAGES)
class LosesMessage(Telling):
    """Does not tell the message of an error."""

    def changed(self, told):
        return evolve(told, message=None)


@defect("error.envelope.requestid.present")
class LosesRequestId(Telling):
    """Does not tell the request id of an error."""

    def changed(self, told):
        return evolve(told, request_id=None)


@defect("error.envelope.requestid.present")
class MakesUpRequestIdOfErrors(Telling):
    """Tells a request id of its own."""

    def changed(self, told):
        return evolve(told, request_id="0")


@defect("error.InvalidInstance.message", also=MESSAGES)
class TranslatesMessages(Telling):
    """Tells a message of its own."""

    def changed(self, told):
        return evolve(told, message="something went wrong")


@defect("error.InvalidInstance.message", also=MESSAGES, warns=True)
class AddsToMessages(Telling):
    """Tells more than the message."""

    def changed(self, told):
        return evolve(told, message=f"{told.code}: {told.message}")


@defect("error.NetworkException.status", also=CODES[:2], plays=("error.*.status",))
class BlamesCaller(Telling):
    """Tells status 400 of every error."""

    def changed(self, told):
        return evolve(told, status=400)


@defect("error.unknown", "error.gateway", plays=("error.unknown", "error.gateway"))
class MapsUnknownCodes(Telling):
    """Tells one code for all that it does not know."""

    def changed(self, told):
        known = told.status == 500 or "." not in told.code and not told.code.startswith("Nobody")
        return told if known else evolve(told, code="Unknown")


@defect("error.InvalidInstance.status", also=CODES)
class LowersCodes(Telling):
    """Tells codes in lower case."""

    def changed(self, told):
        return evolve(told, code=told.code.lower())


@defect("decoding.text", plays=("decoding.text",), also=("wire.quotes", "wire.reserved"))
class EscapesTexts(Handing):
    """Hands over texts as they stand in JSON."""

    def value(self, value):
        return json.dumps(value, ensure_ascii=False)[1:-1] if isinstance(value, str) else value
