"""Clients that know what is allowed, and change or refuse what they are given."""

from .changing import Changing, Refusing
from .steps import Client, defect


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
