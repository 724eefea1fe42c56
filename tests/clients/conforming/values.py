"""What clients do to the values that they are given and hand over."""

import struct

from imagesearch_conformance.clients.driver import ArgumentsRefused


def mapped(change, value):
    """A JSON value with every value in it that is no list or object changed."""
    if isinstance(value, dict):
        return {name: mapped(change, one) for name, one in value.items()}
    return [mapped(change, one) for one in value] if isinstance(value, list) else change(value)


def without(dropped, value):
    """A JSON value without the fields whose value is to be dropped."""
    if isinstance(value, dict):
        return {name: without(dropped, one) for name, one in value.items() if not dropped(one)}
    return [without(dropped, one) for one in value] if isinstance(value, list) else value


def narrow(value):
    """A number as languages print it that keep it in 32 bits."""
    return float(f"{struct.unpack('f', struct.pack('f', value))[0]:.9g}") if isinstance(value, float) else value


def modelled(body, **made_up):
    """A model with an attribute for each field of the page: None where the reply has none."""
    names = ("Msg", "Head", "RequestId", "Auctions", "Code", "PicInfo", "Success")
    return {name: body[name] if body.get(name) is not None else made_up.get(name) for name in names}


def strict(body):
    """Reads what the page shows, and nothing less: only what a note or the sample lets be missing may be."""
    if not isinstance(body, dict) or "Code" not in body or isinstance(body["Code"], str):
        return body
    for owner, names in (
        (body, "Msg Head RequestId Auctions Code PicInfo Success"),
        (body["Head"], "DocsFound DocsReturn SearchTime"),
        (body["PicInfo"], "CategoryId Region AllCategories MultiRegion"),
        *((entry, "ProductId PicName CategoryId SortExprValues Score") for entry in body["Auctions"]),
    ):
        if not set(names.split()) <= owner.keys() or None in owner.values():
            raise KeyError(names)
    return body


def validated(parameters):
    """Refuses what the page forbids, and nothing else that scenarios ask."""
    bounds = {"Num": (1, 100), "Start": (0, 499)}
    categories = {*range(10), 20, 21, 22, 88888888}
    right = [
        all(parameters.get(name) for name in ("InstanceName", "ProductId", "PicName")),
        len(parameters.get("InstanceName", "")) <= 20,
        *(type(parameters.get(name, low)) is int and low <= parameters.get(name, low) <= high
          for name, (low, high) in bounds.items()),
        parameters.get("CategoryId", 0) in categories,
    ]  # fmt: skip
    if not all(right) or parameters.get("Start", 0) + parameters.get("Num", 10) > 500:
        raise ArgumentsRefused("not allowed")


def typed(parameters):
    """Takes integers of 32 bits and booleans where the page has them, and no text for them."""
    for name, kind in (("Num", int), ("Start", int), ("CategoryId", int), ("DistinctProductId", bool)):
        value = parameters.get(name, kind())
        if type(value) is not kind or not -(2**31) <= value < 2**31:
            raise ArgumentsRefused(name)
