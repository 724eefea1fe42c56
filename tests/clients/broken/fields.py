"""Clients that lose or change fields."""

from .client import defect
from .result_changes import ResultChangingClient


@defect("response.auctions.score.kept")
class LosesScore(ResultChangingClient):
    """Drops Score."""

    def change_object(self, value):
        return {name: member for name, member in value.items() if name != "Score"}


@defect("response.auctions.picname.kept")
class RenamesPicName(ResultChangingClient):
    """Returns PicName by another name."""

    def change_object(self, value):
        return {"picName" if name == "PicName" else name: member for name, member in value.items()}


@defect("response.head.docsfound.kept", "response.head.docsreturn.kept")
class SwapsCounters(ResultChangingClient):
    """Swaps the two counters."""

    def change_body(self, body):
        head = body["Head"]
        return {**body, "Head": {**head, "DocsFound": head["DocsReturn"], "DocsReturn": head["DocsFound"]}}


@defect("response.picinfo.kept")
class LosesPicInfo(ResultChangingClient):
    """Drops PicInfo."""

    def change_body(self, body):
        return {name: member for name, member in body.items() if name != "PicInfo"}


@defect("response.picinfo.multiregion.kept")
class LosesRegions(ResultChangingClient):
    """Returns an empty list of regions."""

    def change_object(self, value):
        return {name: [] if name == "MultiRegion" else member for name, member in value.items()}


@defect("response.picinfo.multiregion.kept")
class KeepsFirstRegion(ResultChangingClient):
    """Returns the first region only."""

    def change_object(self, value):
        return {name: member[:1] if name == "MultiRegion" else member for name, member in value.items()}


@defect("response.picinfo.allcategories.kept")
class SortsCategories(ResultChangingClient):
    """Returns the categories in another order."""

    def change_object(self, value):
        return {name: member[::-1] if name == "AllCategories" else member for name, member in value.items()}


@defect("response.requestid.kept")
class KeepsFirstRequestId(ResultChangingClient):
    """Returns the request id of the first success with every success."""

    first = None

    def change_body(self, body):
        self.first = self.first or body.get("RequestId")
        return {**body, "RequestId": self.first}


@defect("response.requestid.kept")
class MakesUpRequestId(ResultChangingClient):
    """Returns a request id of its own."""

    def change_body(self, body):
        return {**body, "RequestId": "00000000-0000-0000-0000-000000000000"}


@defect(
    "response.head.docsfound.type",
    "response.auctions.score.type",
    "response.code.type",
    side_effects=("response.*.type",),
)
class WritesNumbersAsText(ResultChangingClient):
    """Returns numbers as text."""

    def change_value(self, value):
        return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


@defect("response.success.type")
class WritesTruthAsText(ResultChangingClient):
    """Returns booleans as text."""

    def change_value(self, value):
        return str(value).lower() if isinstance(value, bool) else value


@defect("response.auctions.type", "response.picinfo.multiregion.type", "response.picinfo.allcategories.type")
class UnwrapsLists(ResultChangingClient):
    """Returns the item in place of a list with one item."""

    def change_value(self, value):
        return value

    def change_object(self, value):
        return {
            name: member[0] if isinstance(member, list) and len(member) == 1 else member
            for name, member in value.items()
        }


@defect("response.auctions.customcontent.type", scenarios=("decoding.text/*",))
class ReadsNumbers(ResultChangingClient):
    """Returns a text that looks like a number as a number."""

    def change_value(self, value):
        return int(value) if isinstance(value, str) and value.isdigit() else value


@defect("response.auctions.customcontent.kept", scenarios=("decoding.text/*",))
class DropsEmptyTexts(ResultChangingClient):
    """Returns null in place of an empty text."""

    def change_value(self, value):
        return None if value == "" else value
