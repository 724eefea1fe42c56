"""Clients that enforce limits themselves: they change or refuse arguments."""

from .argument_changes import ArgumentChangingClient, RefusingClient
from .client import Client, defect


@defect("num.maximum", scenarios=("num.*",))
class ClipsNum(ArgumentChangingClient):
    """Lowers Num to its maximum."""

    def change_number(self, name, value):
        return min(value, 100) if name == "Num" else value


@defect("num.minimum", scenarios=("num.*",))
class RaisesNum(ArgumentChangingClient):
    """Raises Num to its minimum."""

    def change_number(self, name, value):
        return max(value, 1) if name == "Num" else value


@defect("start.maximum", scenarios=("start.*",))
class ClipsStart(ArgumentChangingClient):
    """Lowers Start to its maximum."""

    def change_number(self, name, value):
        return min(value, 499) if name == "Start" else value


@defect("start.minimum", scenarios=("start.*",))
class RaisesStart(ArgumentChangingClient):
    """Raises Start to its minimum."""

    def change_number(self, name, value):
        return max(value, 0) if name == "Start" else value


@defect("window.maximum", scenarios=("window.*",))
class FitsWindow(Client):
    """Lowers Num until the window fits."""

    window = 500

    def select_parameters(self, parameters):
        start, num = parameters.get("Start"), parameters.get("Num")
        if isinstance(start, int) and isinstance(num, int) and 0 <= start < 500 and start + num > self.window:
            parameters["Num"] = max(1, self.window - start)
        return list(parameters.items())


@defect("window.within", side_effects=("window.maximum",), scenarios=("window.*",))
class FitsWindowTooEarly(FitsWindow):
    """Takes the end of the window to be one lower."""

    window = 499


@defect("categoryid.enum", scenarios=("categoryid.*",))
class MapsCategories(ArgumentChangingClient):
    """Sends the category for everything else in place of an unknown one."""

    def change_number(self, name, value):
        known = value in {*range(10), 20, 21, 22, 88888888}
        return value if name != "CategoryId" or known else 88888888


@defect(
    "num.maximum", "num.minimum", "start.maximum", "start.minimum", "categoryid.enum",
    scenarios=("*.m??imum", "categoryid.enum"),
)  # fmt: skip
class Wraps(ArgumentChangingClient):
    """Wraps integers around at 32 bits."""

    def change_number(self, _, value):
        return (value + 2**31) % 2**32 - 2**31


@defect("num.type", "start.type", "categoryid.type", scenarios=("*.type/*",))
class Coerces(ArgumentChangingClient):
    """Converts texts to integers."""

    def change_text(self, name, value):
        try:
            return int(value) if name in {"Num", "Start", "CategoryId"} else value
        except ValueError:
            return value


@defect(
    "num.optional", "start.optional", "categoryid.optional",
    side_effects=("num.m??imum", "start.m??imum", "categoryid.enum", "window.*"),
)  # fmt: skip
class SendsFractions(ArgumentChangingClient):
    """Writes integers with a fraction."""

    def change_number(self, _, value):
        return float(value)


@defect(
    "categoryid.optional",
    side_effects=("num.m??imum", "start.m??imum", "categoryid.enum"),
    scenarios=("categoryid.optional",),
)
class GroupsDigits(ArgumentChangingClient):
    """Writes integers with thousands separators."""

    def change_number(self, _, value):
        return f"{value:,}"


@defect("instancename.maxlength", scenarios=("instancename.*",))
class CutsInstance(ArgumentChangingClient):
    """Cuts InstanceName to its maximum length."""

    def change_text(self, name, value):
        return value[:20] if name == "InstanceName" else value


@defect("filter.maxlength", scenarios=("filter.*",))
class CutsFilter(ArgumentChangingClient):
    """Cuts Filter to its maximum length."""

    def change_text(self, name, value):
        return value[:256] if name == "Filter" else value


@defect("filter.maxlength", scenarios=("filter.*",))
class CountsBytes(ArgumentChangingClient):
    """Cuts Filter to its maximum length, counted in bytes."""

    def change_text(self, name, value):
        return value.encode()[:256].decode(errors="ignore") if name == "Filter" else value


@defect("filter.maxlength", scenarios=("filter.*",))
class RefusesLongFilters(RefusingClient):
    """Refuses filters of an allowed length."""

    def is_refused(self, parameters):
        return len(parameters.get("Filter", "")) > 200


@defect("filter.format", scenarios=("filter.*",))
class MendsFilters(ArgumentChangingClient):
    """Closes the open parentheses of a filter."""

    def change_text(self, name, value):
        return value + ")" * (value.count("(") - value.count(")")) if name == "Filter" else value
