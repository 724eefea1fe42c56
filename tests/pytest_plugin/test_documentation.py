"""What the README shows runs as it stands."""

import re
from pathlib import Path

import pytest
from pytest_examples import find_examples

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
EXAMPLES = ROOT / "tests" / "clients" / "examples"

#: The first line of a block that is a file of tests.
_NAMED = re.compile(r"# (test_\w+\.py)\n")

BLOCKS = {found[1]: one.source for one in find_examples(README) if (found := _NAMED.match(one.source))}

#: Scenarios are many, and two of them wait until the client gives up: some are enough.
SOME = {"test_all_scenarios.py": ["-k", "num.maximum or decoding.empty or error.InvalidCategory"]}


def test_all_blocks_are_found():
    assert len(BLOCKS) == README.read_text().count("```python\n# test_") > 4


@pytest.mark.peer
@pytest.mark.parametrize("name", BLOCKS)
def test_tests_of_the_readme_pass(session, pytester, name):
    pytester.path.joinpath(name).write_text(BLOCKS[name], encoding="utf-8")
    outcomes = session(*SOME.get(name, [])).parseoutcomes()
    assert outcomes.get("passed", 0) > 0
    assert not {"failed", "errors", "error"} & outcomes.keys()


@pytest.mark.parametrize("name", sorted(one.name for one in EXAMPLES.glob("adapter.*")))
def test_adapters_of_the_readme_are_those_that_are_tested(name):
    fenced = re.findall(r"```\w+\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert (EXAMPLES / name).read_text(encoding="utf-8") in fenced
