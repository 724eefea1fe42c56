"""Lines of the contract's files: always where the thing stands, also where a revision has changed a file."""

from functools import cache
from itertools import count
from pathlib import Path

import pytest
import yaml
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from imagesearch_conformance.contract import load
from imagesearch_conformance.contract.source_positions import Position, SourcePositions
from imagesearch_conformance.contract.spec_files import SpecFiles
from imagesearch_conformance.errors import InvalidSpec


def pointers(value, path=""):
    """Every pointer into a document, with the value that it names."""
    yield path, value
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in pairs:
        yield from pointers(one, f"{path}/{str(name).replace('~', '~0').replace('/', '~1')}")


@cache
def lines_of(path):
    return path.read_bytes().decode().split("\n")


def line_of(documents, position):
    """The text of a line, as it lies on the disk."""
    return lines_of(documents.root / position.file)[position.line - 1]


@pytest.fixture(params=[None, "2026-06"])
def any_contract(request):
    return load(None, request.param)


def test_every_entry_stands_where_it_is_said_to(any_contract):
    positions = SourcePositions(any_contract.spec_files)
    for one in any_contract.requirements.values():
        said = line_of(any_contract.spec_files, positions.find(one.register_pointer))
        assert said.lstrip().startswith("- "), one.id
        entry = any_contract.spec_files.resolve(one.register_pointer)
        first, value = next(iter(entry.items()))
        assert f"{first}: " in said, one.id
        assert str(value) in said, one.id


def test_every_value_stands_in_the_line_of_its_pointer(any_contract):
    """Numbers and texts are looked for as they are written, so that no value of before an overlay is shown."""
    documents, seen = any_contract.spec_files, 0
    positions = SourcePositions(documents)
    folders = ("", "errors", "requirements", "schemas")
    for name in (name for folder in folders for name in documents.file_names(folder) if not name.endswith(".lark")):
        for path, value in pointers(documents.content(name)):
            found = positions.find(f"{name}#{path}")
            assert found is not None, path
            said, key = line_of(documents, found), path.rpartition("/")[2]
            if path and not key.isdecimal():
                assert key.replace("~1", "/").replace("~0", "~") in said, (found, path)
            if isinstance(value, int) and not isinstance(value, bool):
                assert str(value) in said, (found, path)
                seen += 1
    assert seen > 100


def test_what_a_revision_changes_stands_in_its_own_files(later):
    positions = SourcePositions(later.spec_files)
    limit = positions.find("schemas/request.json#/properties/Filter/maxLength")
    assert limit.file == "revisions/2026-06/schemas/request.overlay.yaml"
    assert str(later.parameter("Filter").max_length) in line_of(later.spec_files, limit)
    assert positions.find("schemas/request.json#/properties/Num/maximum").file == "schemas/request.json"
    added = positions.find(later.requirements["scorethreshold.floor"].register_pointer)
    assert added.file == "revisions/2026-06/requirements/narrowing.yaml"


def test_what_names_nothing_has_no_line(contract):
    positions = SourcePositions(contract.spec_files)
    for pointer in (
        "schemas/request.json#/properties/Unheard",
        "schemas/request.json#/required/99",
        "filter.yaml#/x/y",
    ):
        assert positions.find(pointer) is None


#: An overlay that does everything an overlay can do.
OVERLAY = """overlay: 1.0.0
info: {title: t, version: "1"}
extends: ../../a.yaml
actions:
  - target: $.list[?@.name == 'gone']
    remove: true
  - target: $.old
    remove: true
  - target: $
    update:
      old: {back: 1}
      new:
        deep: 2
      text: changed
  - target: $.list
    update: {name: third, size: 3}
  - target: $.list[0]
    update:
      size: 10
      tags: [c]
  - target: $..tags
    update: d
"""

BASE = """# A comment.
old:
  gone: 0
text: |
  of two
  lines
list:
  - {name: gone, size: 0}
  - name: first
    size: 1
    tags: [a,
      b]
  - name: gone
  - {name: second, size: 2}
"""

LINES = {
    "#": ("a.yaml", 2),
    "#/text": ("o", 14),
    "#/old": ("o", 11),
    "#/old/back": ("o", 11),
    "#/new/deep": ("o", 13),
    "#/list": ("a.yaml", 7),
    "#/list/0": ("a.yaml", 9),
    "#/list/0/name": ("a.yaml", 9),
    "#/list/0/size": ("o", 19),
    "#/list/0/tags": ("a.yaml", 11),
    "#/list/0/tags/1": ("a.yaml", 12),
    "#/list/0/tags/2": ("o", 20),
    "#/list/0/tags/3": ("o", 22),
    "#/list/1/size": ("a.yaml", 14),
    "#/list/2": ("o", 16),
    "#/list/2/size": ("o", 16),
    "#/list/3": None,
    "#/old/gone": None,
}


def revised(tmp_path, base, overlay=OVERLAY):
    (tmp_path / "revisions" / "r").mkdir(parents=True)
    (tmp_path / "a.yaml").write_bytes(base.encode())
    (tmp_path / "revisions" / "r" / "a.overlay.yaml").write_text(overlay, encoding="utf-8")
    return SpecFiles.from_directory(tmp_path).at_revision("r")


@pytest.mark.parametrize("pointer", LINES)
def test_overlays_are_followed(tmp_path, pointer):
    documents = revised(tmp_path, BASE)
    expected = LINES[pointer]
    found = SourcePositions(documents).find(f"a.yaml{pointer}")
    if expected is None:
        assert found is None
    else:
        file, line = expected
        assert found == Position("revisions/r/a.overlay.yaml" if file == "o" else file, line)
        documents.resolve(f"a.yaml{pointer}")


def test_the_nodes_have_the_shape_of_the_values(tmp_path):
    documents = revised(tmp_path, BASE)
    positions = SourcePositions(documents)
    for path, _ in pointers(documents.content("a.yaml")):
        assert positions.find(f"a.yaml#{path}") is not None, path


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2\n", 2),
        ("a: 1\r\nb: 2\r\n", 2),
        ("\ufeffa: 1\nb: 2\n", 2),
        ('a: "\u2028\u2029\x85"\nb: 2\n', 2),
        ('{"a": "\U0001f600\u2028",\n "b": 2}', 2),
        ('{"a": 1,\n"b": 1, "c": 3,\n"b": 2}', 3),
        ("x: &x {b: 1}\na: *x\nb: 2", 3),
    ],
)
def test_lines_are_counted_as_editors_count_them(tmp_path, text, line):
    (tmp_path / "a.yaml").write_bytes(text.encode())
    assert SourcePositions(SpecFiles.from_directory(tmp_path)).find("a.yaml#/b") == Position("a.yaml", line)


def overlaid(*lines):
    return OVERLAY[: OVERLAY.index("actions")] + "\n".join(["actions:", *lines, ""])


@pytest.mark.parametrize(
    ("base", "action"),
    [
        ("shared: &x {b: {c: 1}}\na:\n  <<: *x\n", ["  - target: $.a.b", "    update: {c: 2}"]),
        ("a: {b: {c: 1}}\n", ["  - target: $", "    update: {x: &x {c: 2}, a: {b: {<<: *x}}}"]),
        ("a: {b: {c: 1}}\n", ["  - target: $.a", "    update: {b: {<<: {c: 2}}}"]),
    ],
)
def test_what_a_merge_key_brings_has_no_line_rather_than_a_wrong_one(tmp_path, base, action):
    documents = revised(tmp_path, base, overlaid(*action))
    assert documents.resolve("a.yaml#/a/b/c") == 2
    assert SourcePositions(documents).find("a.yaml#/a/b/c") is None


def test_a_number_as_a_key_is_not_the_name_that_looks_like_it(tmp_path):
    documents = revised(tmp_path, "a:\n  1: {b: 1}\n", overlaid("  - target: $.a", '    update: {"1": {b: 2}}'))
    assert documents.resolve("a.yaml#/a/1/b") == 2
    assert SourcePositions(documents).find("a.yaml#/a/1/b") == Position("revisions/r/a.overlay.yaml", 6)


@pytest.mark.parametrize(
    "text", ["{a: [", '{"a": "\\ud83d\\ude00", "b": 1}', "&a [*a]", "? [a]\n: 1\n? {b: 1}\n: 2\n", ""]
)
def test_what_cannot_be_read_so_has_no_line(tmp_path, text):
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    assert SourcePositions(SpecFiles.from_directory(tmp_path)).find("a.yaml#/b") is None


def test_both_loaders_of_yaml_agree(contract, monkeypatch):
    compiled, plain = SourcePositions(contract.spec_files), SourcePositions(contract.spec_files)
    found = [compiled.find(one.register_pointer) for one in contract.requirements.values()]
    monkeypatch.setattr("imagesearch_conformance.contract.source_positions.Loader", yaml.SafeLoader)
    assert [plain.find(one.register_pointer) for one in contract.requirements.values()] == found


#: Documents of few names, so that overlays meet what is there.
TREES = st.recursive(
    st.just(0), lambda inner: st.dictionaries(st.sampled_from("abc"), inner) | st.lists(inner, max_size=2), max_leaves=4
)
TARGETS = st.sampled_from(["$", "$.a", "$.b", "$..a", "$..[0]", "$.b[1]"])
NAMED = st.dictionaries(st.sampled_from("abc"), TREES, min_size=1)
UPDATES = st.fixed_dictionaries({"target": TARGETS, "update": NAMED})
REMOVALS = st.fixed_dictionaries({"target": TARGETS, "remove": st.sampled_from([True])})
BASES = st.fixed_dictionaries({"a": NAMED, "b": st.lists(TREES | NAMED, min_size=1, max_size=3)})


def numbered(value, numbers):
    """The same with numbers that each stand once."""
    if isinstance(value, dict):
        return {name: numbered(one, numbers) for name, one in value.items()}
    if isinstance(value, list):
        return [numbered(one, numbers) for one in value]
    return next(numbers) if value == 0 and not isinstance(value, bool) else value


@settings(max_examples=60, deadline=None)
@given(BASES, st.lists(UPDATES | UPDATES | REMOVALS, min_size=1, max_size=3))
def test_a_value_stands_in_its_line_whatever_an_overlay_does(base, actions):
    head = {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "extends": "../../a.yaml"}
    numbers = count(1000)
    texts = {"a.yaml": numbered(base, numbers), "revisions/r/a.overlay.yaml": head | {"actions": actions}}
    texts["revisions/r/a.overlay.yaml"] = numbered(texts["revisions/r/a.overlay.yaml"], numbers)
    written = {name: yaml.safe_dump(value, sort_keys=False) for name, value in texts.items()}
    try:
        documents = SpecFiles(Path("/nowhere"), written, ("r",)).at_revision("r")
        values = dict(pointers(documents.content("a.yaml")))
    except InvalidSpec:
        reject()  # an overlay that cannot be made
    positions = SourcePositions(documents)
    for path, value in values.items():
        found = positions.find(f"a.yaml#{path}")
        assert found is not None, path
        if isinstance(value, int):
            assert str(value) in written[found.file].split("\n")[found.line - 1]
