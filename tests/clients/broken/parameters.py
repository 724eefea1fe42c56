"""Clients that send other parameters than the arguments, or refuse calls."""

from attrs import evolve

from .argument_changes import ArgumentChangingClient, RefusingClient
from .client import Client, defect

ALL = ("instancename.required", "productid.required", "picname.required")
OPTIONAL = ("categoryid.optional", "num.optional", "start.optional", "filter.optional")
EMPTY = ("instancename.minlength", "productid.minlength", "picname.minlength")


class ParameterAddingClient(Client):
    """Sends additional parameters."""

    additions = ()

    def select_parameters(self, parameters):
        return [*parameters.items(), *((name, value) for name, value in self.additions if name not in parameters)]


# omitted and additional parameters


@defect("num.optional")
class DropsNum(Client):
    """Never sends Num."""

    def select_parameters(self, parameters):
        return [(name, value) for name, value in parameters.items() if name != "Num"]


@defect("filter.optional")
class DropsFilter(Client):
    """Never sends Filter."""

    def select_parameters(self, parameters):
        return [(name, value) for name, value in parameters.items() if name != "Filter"]


@defect("picname.required", side_effects=("picname.minlength",))
class DropsPicName(Client):
    """Never sends PicName."""

    def select_parameters(self, parameters):
        return [(name, value) for name, value in parameters.items() if name != "PicName"]


@defect(
    "start.optional", "categoryid.optional", side_effects=("num.optional", *EMPTY), scenarios=("categoryid.enum/0",)
)
class DropsZeros(Client):
    """Drops arguments that are 0 or empty."""

    def select_parameters(self, parameters):
        return [(name, value) for name, value in parameters.items() if value]


@defect("num.default", "start.default", only_warns=True, scenarios=("num.default",))
class SendsDefaults(ParameterAddingClient):
    """Sends the defaults of omitted arguments."""

    additions = (("Num", 10), ("Start", 0))


@defect("num.default", scenarios=("num.default",))
class SendsOtherDefault(ParameterAddingClient):
    """Sends a default of its own for an omitted argument."""

    additions = (("Num", 20),)


@defect("categoryid.optional")
class MakesUpCategory(ParameterAddingClient):
    """Sends a category that is not an argument."""

    additions = (("CategoryId", 88888888),)


@defect("filter.optional")
class SendsNull(ParameterAddingClient):
    """Sends null for an omitted argument."""

    additions = (("Filter", "null"),)


@defect(*ALL, scenarios=("*.required",))
class MakesUpNames(ParameterAddingClient):
    """Sends a default name for a missing one."""

    additions = (("InstanceName", "default"), ("ProductId", "0"), ("PicName", "0"))


@defect(*EMPTY, scenarios=("*.minlength",))
class ReplacesEmpty(ArgumentChangingClient):
    """Replaces empty names."""

    def change_text(self, _, value):
        return value or "default"


@defect("request.surplus")
class SendsMore(ParameterAddingClient):
    """Sends a parameter that the operation does not have."""

    additions = (("Language", "en"),)


@defect("request.surplus")
class SendsTwice(Client):
    """Sends a parameter twice."""

    def select_parameters(self, parameters):
        return (
            [*parameters.items(), ("PicName", parameters["PicName"])]
            if "PicName" in parameters
            else list(parameters.items())
        )


@defect("request.surplus", "request.location")
class SendsInBoth(Client):
    """Sends everything in the form and in the query."""

    def finish_request(self, request):
        query = request.body.decode()
        request = evolve(request, target=f"/?{query}")
        headers = self.signed_headers(request.body)
        return evolve(request, headers=[*headers.items(), ("authorization", self.authorization(query, headers))])


@defect("instancename.required", scenarios=("request.minimal",), side_effects=("instancename.m??length",))
class RemembersInstance(Client):
    """Sends the instance of its first call with every call."""

    instance = None

    def select_parameters(self, parameters):
        if self.instance is None:
            self.instance = parameters.get("InstanceName")
        return list({**parameters, "InstanceName": self.instance}.items())


@defect("filter.optional", "categoryid.optional", side_effects=("*.optional",))
class RemembersParameters(Client):
    """Sends arguments of earlier calls again."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.remembered = {}

    def select_parameters(self, parameters):
        self.remembered |= {name: value for name, value in parameters.items() if name in {"Filter", "CategoryId"}}
        return list({**self.remembered, **parameters}.items())


@defect("productid.required", "picname.required", side_effects=EMPTY[1:])
class SwapsNames(Client):
    """Swaps the two names of an image."""

    def select_parameters(self, parameters):
        swapped = {"ProductId": "PicName", "PicName": "ProductId"}
        return [(swapped.get(name, name), value) for name, value in parameters.items()]


@defect("request.surplus", *ALL, *OPTIONAL, side_effects=EMPTY)
class LowersParameters(Client):
    """Sends the names of parameters in lower case."""

    def select_parameters(self, parameters):
        return [(name.lower(), value) for name, value in parameters.items()]


@defect(
    "request.minimal",
    side_effects=("*.optional", "*.required", "*.default", "*.maxlength", "categoryid.enum", "filter.*", "wire.*"),
)
class NeedsNum(RefusingClient):
    """Refuses calls without Num."""

    def is_refused(self, parameters):
        return "Num" not in parameters


@defect("request.full")
class RefusesTogether(RefusingClient):
    """Refuses a category with a filter."""

    def is_refused(self, parameters):
        return {"CategoryId", "Filter"} <= parameters.keys()
