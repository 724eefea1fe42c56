"""Clients that send other parameters than they were asked, or none."""

from attrs import evolve

from .changing import Changing, Refusing
from .steps import Client, defect

ALL = ("instancename.required", "productid.required", "picname.required")
OPTIONAL = ("categoryid.optional", "num.optional", "start.optional", "filter.optional")
EMPTY = ("instancename.minlength", "productid.minlength", "picname.minlength")


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


@defect("filter.optional", "categoryid.optional", also=("*.optional",))
class RemembersParameters(Client):
    """Sends what it was given once with every call after."""

    def __init__(self, *given):
        super().__init__(*given)
        self.before = {}

    def asked(self, parameters):
        self.before |= {name: value for name, value in parameters.items() if name in {"Filter", "CategoryId"}}
        return list({**self.before, **parameters}.items())


@defect("productid.required", "picname.required", also=EMPTY[1:])
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
