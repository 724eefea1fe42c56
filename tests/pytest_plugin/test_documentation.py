"""The tests and adapters shown in the README and the documentation work as they are."""

import re
from pathlib import Path

import pytest
from pytest_examples import find_examples

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = ROOT / "tests" / "clients" / "examples"

#: The first line of a block that is a test file.
_FILE_NAME = re.compile(r"# (test_\w+\.py)\n")


def _find_blocks():
    for example in find_examples(*PAGES):
        if match := _FILE_NAME.match(example.source):
            yield match[1], example.source


BLOCKS = list(_find_blocks())

#: There are many scenarios, and two of them wait until the client gives up, so only some run.
OPTIONS = {"test_all_scenarios.py": ["-k", "num.maximum or decoding.empty or error.InvalidCategory"]}


def test_all_test_files_are_found():
    shown = sum(page.read_text(encoding="utf-8").count("```python\n# test_") for page in PAGES)
    names = [name for name, _ in BLOCKS]
    assert len(names) == len(set(names)) == shown > 5


@pytest.mark.peer
@pytest.mark.parametrize(("name", "source"), BLOCKS, ids=[name for name, _ in BLOCKS])
def test_shown_tests_pass(session, pytester, name, source):
    pytester.path.joinpath(name).write_text(source, encoding="utf-8")
    outcomes = session(*OPTIONS.get(name, [])).parseoutcomes()
    assert outcomes.get("passed", 0) > 0
    assert not {"failed", "errors", "error"} & outcomes.keys()


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("adapter.*")))
def test_shown_adapters_are_the_tested_ones(name):
    texts = (page.read_text(encoding="utf-8") for page in PAGES)
    blocks = [block for text in texts for block in re.findall(r"```\w+\n(.*?)```", text, re.DOTALL)]
    assert (EXAMPLES / name).read_text(encoding="utf-8") in blocks
