"""Plot the share of faults that a budget of requests detects, from a self-check with budgets.

    python tools/budget_curve.py DIRECTORY     reads DIRECTORY/selfcheck.json, writes DIRECTORY/curve.svg

Exit with 1 if a budget detects less than promised.
"""

import json
import sys
from pathlib import Path

import pygal
from pygal.style import CleanStyle

#: Budget -> the smallest share of the faults that it has to detect.
PROMISED = {40: 0.80, 100: 0.95}


def draw(curve, path):
    """Plot the share in percent over the budget in requests."""
    chart = pygal.XY(
        title="Faults detected, by budget",
        x_title="requests",
        y_title="% of the catalogue",
        range=(0, 100),
        style=CleanStyle(font_family="sans-serif"),
        show_legend=False,
        js=(),
        width=800,
        height=420,
        dots_size=4,
        print_values=True,
        value_formatter="{:.1f}".format,
        x_value_formatter="{:.0f}".format,
        formatter=lambda point: f"{point[1]:.0f} %",
    )
    chart.add("detected", [(0, 0), *((budget, 100 * share) for budget, share in curve.items())])
    path.write_bytes(chart.render())


def main(directory):
    """Plot the curve and compare it with the promised shares."""
    budgets = json.loads((directory / "selfcheck.json").read_text(encoding="utf-8"))["budgets"]
    curve = {budget["budget"]: budget["killed"] / budget["faults"] for budget in budgets}
    draw(curve, directory / "curve.svg")
    broken = False
    for budget, share in curve.items():
        promised = PROMISED.get(budget)
        is_met = promised is None or share >= promised
        broken |= not is_met
        comparison = "" if promised is None else f"  (promised: {promised:.0%}{'' if is_met else ', BROKEN'})"
        print(f"{budget:5} requests  {share:6.1%}{comparison}")
    return int(broken)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
