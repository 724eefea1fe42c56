"""Functions that change results or check arguments."""

import struct

from imagesearch_conformance.clients.driver import ArgumentsRefused


def map_scalars(change, value):
    """A JSON value with every scalar changed."""
    if isinstance(value, dict):
        return {name: map_scalars(change, member) for name, member in value.items()}
    return [map_scalars(change, item) for item in value] if isinstance(value, list) else change(value)


def without(is_dropped, value):
    """A JSON value without the fields whose value is dropped."""
    if isinstance(value, dict):
        return {name: without(is_dropped, member) for name, member in value.items() if not is_dropped(member)}
    return [without(is_dropped, item) for item in value] if isinstance(value, list) else value


def round_to_float32(value):
    """A number as a language with 32-bit numbers prints it."""
    return float(f"{struct.unpack('f', struct.pack('f', value))[0]:.9g}") if isinstance(value, float) else value


def to_model(body, **defaults):
    """A model with an attribute for each documented field, None if the response has none."""
    names = ("Msg", "Head", "RequestId", "Auctions", "Code", "PicInfo", "Success")
    return {name: body[name] if body.get(name) is not None else defaults.get(name) for name in names}


def require_documented_fields(body):
    """Require every documented field, except those that a note or the sample allows to be missing."""
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


def check_rules(parameters):
    """Refuse arguments that the documentation forbids, and no others of the scenarios."""
    bounds = {"Num": (1, 100), "Start": (0, 499)}
    categories = {*range(10), 20, 21, 22, 88888888}
    rules = [
        all(parameters.get(name) for name in ("InstanceName", "ProductId", "PicName")),
        len(parameters.get("InstanceName", "")) <= 20,
        *(type(parameters.get(name, low)) is int and low <= parameters.get(name, low) <= high
          for name, (low, high) in bounds.items()),
        parameters.get("CategoryId", 0) in categories,
    ]  # fmt: skip
    if not all(rules) or parameters.get("Start", 0) + parameters.get("Num", 10) > 500:
        raise ArgumentsRefused("not allowed")


def check_types(parameters):
    """Require 32-bit integers and booleans for the parameters of these types, and refuse text."""
    for name, kind in (("Num", int), ("Start", int), ("CategoryId", int), ("DistinctProductId", bool)):
        value = parameters.get(name, kind())
        if type(value) is not kind or not -(2**31) <= value < 2**31:
            raise ArgumentsRefused(name)
