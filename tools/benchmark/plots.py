"""The figures that say more as pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pygal
from pygal.style import CleanStyle

STYLE = {
    "style": CleanStyle(font_family="sans-serif"),
    "js": (),
    "width": 800,
    "height": 420,
    "print_values": True,
    "truncate_legend": -1,
}


def draw_scaling(faster: Mapping[int, float], path: Path) -> None:
    """How many times as fast so many jobs are."""
    chart = pygal.XY(
        title="Several requests at once, 20 ms each",
        x_title="jobs",
        y_title="times as fast",
        range=(0, max(faster)),
        xrange=(1, 1.1 * max(faster)),  # room for the last label
        dots_size=4,
        value_formatter="{:.1f}".format,
        x_value_formatter="{:.0f}".format,
        formatter=lambda point: f"{point[1]:.1f}",
        **STYLE,
    )
    chart.add("measured", list(faster.items()))
    chart.add("ideal", [(jobs, jobs) for jobs in faster], formatter=lambda _: "", stroke_style={"dasharray": "4, 6"})
    path.write_bytes(chart.render())


def draw_peers(ways: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """The part of the faults that each way notices."""
    chart = pygal.HorizontalBar(
        title="Faults noticed, in percent of those tried", range=(0, 100), value_formatter="{:.0f} %".format, **STYLE
    )
    for name, found in ways.items():
        chart.add(name, 100 * found["noticed"])
    path.write_bytes(chart.render())
