"""Clients that lose fields, or have others."""

from .handing import Handing
from .steps import defect


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
class KeepsFirstRequestId(Handing):
    """Hands over the request id of the first success with every success."""

    first = None

    def made(self, body):
        self.first = self.first or body.get("RequestId")
        return {**body, "RequestId": self.first}


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
