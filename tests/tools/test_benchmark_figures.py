"""The page of the benchmark says what was measured, and plainly what was missed."""

import importlib.util
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

SPEED = Path(__file__).parents[2] / "tools" / "benchmark"


@pytest.fixture(scope="module")
def figures():
    spec = importlib.util.spec_from_file_location("figures", SPEED / "figures.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where attrs looks for it
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture
def page(figures):
    aims = [figures.Aim("fast", "1 s", met=True), figures.Aim("cheap", "9 coins", met=False)]
    parts = [
        figures.Part("Speed", "Measured.", ("what", "seconds"), [("a run", figures.spread([3.0, 1.0, 2.0]))], aims),
        figures.Part("Picture", "Drawn.", ("what",), [("a bar",)], plot="bar.svg"),
    ]
    return figures.markdown(parts, "a machine", "tox -e bench")


def test_a_spread_is_the_median_between_the_least_and_the_greatest(figures):
    assert figures.spread([3.0, 1.0, 2.5]) == "2.50 (1.00 to 3.00)"


def test_every_aim_stands_on_top_whether_met_or_missed(page):
    top, _, parts = page.partition("\n## Speed\n")
    assert "| fast | 1 s | met |" in top
    assert "| cheap | 9 coins | **missed** |" in top
    assert "| a run | 2.00 (1.00 to 3.00) |" in parts


def test_it_is_made_of_tables_and_pictures(page):
    tokens = MarkdownIt().enable("table").parse(page)
    assert sum(one.type == "table_open" for one in tokens) == 3
    assert "![Picture](benchmark/bar.svg)" in page
    assert "`tox -e bench` on a machine" in page
