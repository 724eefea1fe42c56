"""Draws how much of the catalogue of faults a budget of requests notices, from a self-check with budgets.

    python tools/budget_curve.py DIRECTORY     reads DIRECTORY/selfcheck.json, writes DIRECTORY/curve.svg

Exit code 1 if a budget notices less than is promised of it.
"""

import json
import sys
from pathlib import Path

import pygal
from pygal.style import CleanStyle

#: Budget -> the least share of the faults that it has to notice.
PROMISED = {40: 0.80, 100: 0.95}


def draw(curve, path):
    """The share in percent over the budget in requests."""
    chart = pygal.XY(
        title="Faults noticed, by budget",
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
    chart.add("noticed", [(0, 0), *((budget, 100 * share) for budget, share in curve.items())])
    path.write_bytes(chart.render())


def main(directory):
    """Draws, and holds the curve against what is promised."""
    budgets = json.loads((directory / "selfcheck.json").read_text(encoding="utf-8"))["budgets"]
    curve = {one["budget"]: one["killed"] / one["faults"] for one in budgets}
    draw(curve, directory / "curve.svg")
    broken = False
    for budget, share in curve.items():
        promised = PROMISED.get(budget)
        kept = promised is None or share >= promised
        broken |= not kept
        due = "" if promised is None else f"  (promised: {promised:.0%}{'' if kept else ', BROKEN'})"
        print(f"{budget:5} requests  {share:6.1%}{due}")
    return int(broken)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
