"""Clients that send something else than they were asked."""

import html
import json
import re
import unicodedata
from urllib.parse import quote

from attrs import evolve

from imagesearch_conformance.adapters.plain import Refused

from .steps import Client, defect

ALL = ("instancename.required", "productid.required", "picname.required")
OPTIONAL = ("categoryid.optional", "num.optional", "start.optional", "filter.optional")
HARD = ("wire.reserved", "wire.spaces", "wire.quotes", "wire.nonascii")
EMPTY = ("instancename.minlength", "productid.minlength", "picname.minlength")


class Changing(Client):
    """Sends what a function of a parameter makes of its value."""

    def asked(self, parameters):
        return [(name, self.changed(name, value)) for name, value in parameters.items()]

    def changed(self, name, value):
        return self.number(name, value) if isinstance(value, int) else self.string(name, value)

    def number(self, _, value):
        return value

    def string(self, _, value):
        return value


class Adding(Client):
    """Sends parameters that it was not asked for."""

    more = ()

    def asked(self, parameters):
        return [*parameters.items(), *(one for one in self.more if one[0] not in parameters)]


# what is left out, and what is made up


@defect("num.optional")
class DropsNum(Client):
    """Never sends Num."""

    def asked(self, parameters):
        return [one for one in parameters.items() if one[0] != "Num"]


@defect("filter.optional")
class DropsFilter(Client):
    """Never sends Filter."""

    def asked(self, parameters):
        return [one for one in parameters.items() if one[0] != "Filter"]


@defect("picname.required", also=("picname.minlength",))
class DropsPicName(Client):
    """Never sends PicName."""

    def asked(self, parameters):
        return [one for one in parameters.items() if one[0] != "PicName"]


@defect("start.optional", "categoryid.optional", also=("num.optional", *EMPTY), plays=("categoryid.enum/0",))
class DropsZeros(Client):
    """Takes 0 for nothing."""

    def asked(self, parameters):
        return [one for one in parameters.items() if one[1]]


@defect("num.default", "start.default", warns=True, plays=("num.default",))
class SendsDefaults(Adding):
    """Sends the defaults of what was left out."""

    more = (("Num", 10), ("Start", 0))


@defect("num.default", plays=("num.default",))
class SendsOtherDefault(Adding):
    """Sends a default of its own for what was left out."""

    more = (("Num", 20),)


@defect("categoryid.optional")
class MakesUpCategory(Adding):
    """Sends a category that nobody named."""

    more = (("CategoryId", 88888888),)


@defect("filter.optional")
class SendsNull(Adding):
    """Writes null for what was left out."""

    more = (("Filter", "null"),)


@defect(*ALL, plays=("*.required",))
class MakesUpNames(Adding):
    """Sends a name where one is missing."""

    more = (("InstanceName", "default"), ("ProductId", "0"), ("PicName", "0"))


@defect(*EMPTY, plays=("*.minlength",))
class ReplacesEmpty(Changing):
    """Sends something where an empty name was given."""

    def string(self, _, value):
        return value or "default"


@defect("request.surplus")
class SendsMore(Adding):
    """Sends a parameter that the operation does not have."""

    more = (("Language", "en"),)


@defect("request.surplus")
class SendsTwice(Client):
    """Sends a parameter twice."""

    def asked(self, parameters):
        return [*parameters.items(), *(one for one in parameters.items() if one[0] == "PicName")]


@defect("request.surplus", "request.location")
class SendsInBoth(Client):
    """Sends everything in the form, and in the query once more."""

    def sealed(self, message):
        query = message.body.decode()
        message = evolve(message, target=f"/?{query}")
        facts = self.facts(message.body)
        return evolve(message, headers=[*facts.items(), ("authorization", self.authorization(query, facts))])


@defect("instancename.required", plays=("request.minimal",), also=("instancename.m??length",))
class RemembersInstance(Client):
    """Sends the instance of its first call for ever."""

    instance = None

    def asked(self, parameters):
        if self.instance is None:
            self.instance = parameters.get("InstanceName")
        return list({**parameters, "InstanceName": self.instance}.items())


@defect("filter.optional", "categoryid.optional", also=("*.optional", "*.default"))
class RemembersParameters(Client):
    """Sends what it was given once with every call after."""

    def __init__(self, *given):
        super().__init__(*given)
        self.before = {}

    def asked(self, parameters):
        self.before |= {name: value for name, value in parameters.items() if name in {"Filter", "CategoryId"}}
        return list({**self.before, **parameters}.items())


@defect("productid.required", "picname.required")
class SwapsNames(Client):
    """Takes the one name of an image for the other."""

    def asked(self, parameters):
        swapped = {"ProductId": "PicName", "PicName": "ProductId"}
        return [(swapped.get(name, name), value) for name, value in parameters.items()]


@defect("request.surplus", *ALL, *OPTIONAL, also=EMPTY)
class LowersParameters(Client):
    """Writes the names of parameters in lower case."""

    def asked(self, parameters):
        return [(name.lower(), value) for name, value in parameters.items()]


class Refusing(Client):
    """Refuses calls."""

    def refuses(self, parameters):
        return False

    def asked(self, parameters):
        if self.refuses(parameters):
            raise Refused("not with these")
        return list(parameters.items())


@defect(
    "request.minimal",
    also=("*.optional", "*.required", "*.default", "*.maxlength", "categoryid.enum", "filter.*", "wire.*"),
)
class NeedsNum(Refusing):
    """Refuses calls without Num."""

    def refuses(self, parameters):
        return "Num" not in parameters


@defect("request.full")
class RefusesTogether(Refusing):
    """Refuses a category with a filter."""

    def refuses(self, parameters):
        return {"CategoryId", "Filter"} <= parameters.keys()


# bounds


@defect("num.maximum", plays=("num.*",))
class ClipsNum(Changing):
    """Lowers Num to what is allowed."""

    def number(self, name, value):
        return min(value, 100) if name == "Num" else value


@defect("num.minimum", plays=("num.*",))
class RaisesNum(Changing):
    """Raises Num to what is allowed."""

    def number(self, name, value):
        return max(value, 1) if name == "Num" else value


@defect("start.maximum", plays=("start.*",))
class ClipsStart(Changing):
    """Lowers Start to what is allowed."""

    def number(self, name, value):
        return min(value, 499) if name == "Start" else value


@defect("start.minimum", plays=("start.*",))
class RaisesStart(Changing):
    """Raises Start to what is allowed."""

    def number(self, name, value):
        return max(value, 0) if name == "Start" else value


@defect("window.maximum", plays=("window.*",))
class FitsWindow(Client):
    """Lowers Num until the window fits the ranking."""

    most = 500

    def asked(self, parameters):
        start, num = parameters.get("Start"), parameters.get("Num")
        if isinstance(start, int) and isinstance(num, int) and 0 <= start < 500 and start + num > self.most:
            parameters["Num"] = max(1, self.most - start)
        return list(parameters.items())


@defect("window.within", also=("window.maximum",), plays=("window.*",))
class FitsWindowTooEarly(FitsWindow):
    """Takes the end of the ranking to come one earlier."""

    most = 499


@defect("categoryid.enum", plays=("categoryid.*",))
class MapsCategories(Changing):
    """Sends the category for everything else where it does not know one."""

    def number(self, name, value):
        known = value in {*range(10), 20, 21, 22, 88888888}
        return value if name != "CategoryId" or known else 88888888


@defect(
    "num.maximum", "num.minimum", "start.maximum", "start.minimum", "categoryid.enum",
    plays=("*.m??imum", "categoryid.enum"),
)  # fmt: skip
class Wraps(Changing):
    """Counts in 32 bits."""

    def number(self, _, value):
        return (value + 2**31) % 2**32 - 2**31


@defect("num.type", "start.type", "categoryid.type", plays=("*.type/*",))
class Coerces(Changing):
    """Makes integers of texts."""

    def string(self, name, value):
        try:
            return int(value) if name in {"Num", "Start", "CategoryId"} else value
        except ValueError:
            return value


@defect(
    "num.optional", "start.optional", "categoryid.optional",
    also=("num.m??imum", "start.m??imum", "categoryid.enum", "window.*"),
)  # fmt: skip
class SendsFractions(Changing):
    """Writes integers with a fraction."""

    def number(self, _, value):
        return float(value)


@defect("categoryid.optional", also=("num.m??imum", "start.m??imum", "categoryid.enum"), plays=("categoryid.optional",))
class GroupsDigits(Changing):
    """Writes integers for people."""

    def number(self, _, value):
        return f"{value:,}"


@defect("instancename.maxlength", plays=("instancename.*",))
class CutsInstance(Changing):
    """Cuts InstanceName to what is allowed."""

    def string(self, name, value):
        return value[:20] if name == "InstanceName" else value


@defect("filter.maxlength", plays=("filter.*",))
class CutsFilter(Changing):
    """Cuts Filter to what is allowed."""

    def string(self, name, value):
        return value[:256] if name == "Filter" else value


@defect("filter.maxlength", plays=("filter.*",))
class CountsBytes(Changing):
    """Cuts Filter by its bytes."""

    def string(self, name, value):
        return value.encode()[:256].decode(errors="ignore") if name == "Filter" else value


@defect("filter.maxlength", plays=("filter.*",))
class RefusesLongFilters(Refusing):
    """Refuses filters that are allowed."""

    def refuses(self, parameters):
        return len(parameters.get("Filter", "")) > 200


@defect("filter.format", plays=("filter.*",))
class MendsFilters(Changing):
    """Completes a filter that ends too early."""

    def string(self, name, value):
        return value + ")" * (value.count("(") - value.count(")")) if name == "Filter" else value


# texts


@defect("productid.required", "picname.required", plays=("*.required/letters",))
class LowersNames(Changing):
    """Writes the names of images in lower case."""

    def string(self, name, value):
        return value.lower() if name in {"ProductId", "PicName"} else value


@defect("wire.spaces", plays=("wire.*",))
class Trims(Changing):
    """Takes spaces off both ends of texts."""

    def string(self, _, value):
        return value.strip()


@defect("wire.spaces", plays=("wire.*",))
class JoinsSpaces(Changing):
    """Makes one space of several."""

    def string(self, _, value):
        return re.sub(" +", " ", value)


@defect("wire.nonascii", plays=("wire.*",))
class Normalises(Changing):
    """Composes characters (NFC)."""

    def string(self, _, value):
        return unicodedata.normalize("NFC", value)


@defect("wire.nonascii", also=("filter.maxlength", "*.type"), plays=("wire.*",))
class WritesLatin(Changing):
    """Encodes texts in Latin-1."""

    def quoted(self, text):
        return quote(text, safe="-_.~", encoding="latin-1", errors="replace")


@defect("wire.nonascii", plays=("wire.*",))
class DropsAstral(Changing):
    """Leaves out characters beyond 16 bits."""

    def string(self, _, value):
        return "".join(one for one in value if ord(one) < 0x10000)


@defect(*HARD, "filter.optional", also=("filter.*", "*.type"), plays=("wire.*",))
class EncodesTwice(Client):
    """Percent-encodes what is percent-encoded."""

    def quoted(self, text):
        return super().quoted(super().quoted(text))


@defect("wire.reserved", plays=("wire.*",))
class KeepsPlus(Client):
    """Leaves + as it is, which means a space in forms."""

    def quoted(self, text):
        return super().quoted(text).replace("%2B", "+")


@defect("wire.reserved", plays=("wire.*",))
class KeepsEscapes(Client):
    """Takes what looks percent-encoded for percent-encoded."""

    def quoted(self, text):
        return re.sub("%25([0-9A-F]{2})", r"%\1", super().quoted(text))


@defect("wire.quotes", plays=("wire.*",))
class EscapesQuotes(Changing):
    """Doubles single quotes."""

    def string(self, _, value):
        return value.replace("'", "''")


@defect("wire.reserved", "wire.quotes", "filter.optional", also=("filter.*", "wire.*"), plays=("wire.*",))
class EscapesMarkup(Changing):
    """Escapes texts for HTML."""

    def string(self, _, value):
        return html.escape(value)


# the request around the parameters


@defect("operation.method")
class Puts(Client):
    """Sends PUT."""

    method = "PUT"


@defect("operation.method", "request.location")
class Gets(Client):
    """Sends GET with everything in the query."""

    method = "GET"

    def in_query(self, _):
        return True


@defect("request.location")
class SendsInQuery(Client):
    """Sends everything in the query."""

    def in_query(self, _):
        return True


@defect("operation.method")
class SpeaksNoHttp(Client):
    """Sends what no server reads."""

    method = "POST POST"


@defect("operation.path")
class AddsPath(Client):
    """Sends to a path of its own."""

    path = "/search"


class OtherFacts(Client):
    """Sends other headers, and signs them."""

    others = {}  # noqa: RUF012 never written to

    def facts(self, content):
        made = {**super().facts(content), **self.others}
        return {name: value for name, value in made.items() if value is not None}


@defect("operation.host")
class NamesOtherHost(OtherFacts):
    """Names the host of the vendor, whatever it is given."""

    others = {"host": "imagesearch.cn-shanghai.aliyuncs.com"}  # noqa: RUF012


@defect("operation.action")
class NamesOtherAction(OtherFacts):
    """Names another operation."""

    others = {"x-acs-action": "SearchImage"}  # noqa: RUF012


@defect("operation.action")
class NamesNoAction(OtherFacts):
    """Names no operation."""

    others = {"x-acs-action": None}  # noqa: RUF012


@defect("operation.version")
class NamesOtherVersion(OtherFacts):
    """Names an earlier version of the API."""

    others = {"x-acs-version": "2019-03-25"}  # noqa: RUF012


@defect("wire.form")
class DeclaresText(OtherFacts):
    """Declares the form as plain text."""

    others = {"content-type": "text/plain"}  # noqa: RUF012


@defect("wire.form")
class DeclaresNothing(OtherFacts):
    """Does not declare what the body is."""

    others = {"content-type": None}  # noqa: RUF012


@defect("wire.form")
class PretendsForm(Client):
    """Sends JSON and declares a form."""

    def body(self, pairs):
        return json.dumps(dict(pairs)).encode()


@defect("wire.form")
class SpeaksJson(OtherFacts):
    """Sends JSON."""

    others = {"content-type": "application/json"}  # noqa: RUF012

    def body(self, pairs):
        return json.dumps(dict(pairs)).encode()


@defect("wire.form")
class SpeaksParts(OtherFacts):
    """Sends a form in parts (multipart/form-data)."""

    others = {"content-type": "multipart/form-data; boundary=part"}  # noqa: RUF012

    def body(self, pairs):
        parts = [f'--part\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs]
        return "".join((*parts, "--part--\r\n")).encode(errors="replace")
