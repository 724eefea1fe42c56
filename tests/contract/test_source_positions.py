"""Source positions in the files of a contract, with and without a revision."""

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
    """Yield every pointer into a document with its value."""
    yield path, value
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in pairs:
        yield from pointers(item, f"{path}/{str(name).replace('~', '~0').replace('/', '~1')}")


@cache
def read_lines(path):
    return path.read_bytes().decode().split("\n")


def source_line(files, position):
    """Return the text of a line on disk."""
    return read_lines(files.root / position.file)[position.line - 1]


@pytest.fixture(params=[None, "2026-06"])
def contract_at_revision(request):
    return load(None, request.param)


def test_requirements_have_the_position_of_their_entry(contract_at_revision):
    positions = SourcePositions(contract_at_revision.spec_files)
    for requirement in contract_at_revision.requirements.values():
        line_text = source_line(contract_at_revision.spec_files, positions.find(requirement.register_pointer))
        assert line_text.lstrip().startswith("- "), requirement.id
        entry = contract_at_revision.spec_files.resolve(requirement.register_pointer)
        key, value = next(iter(entry.items()))
        assert f"{key}: " in line_text, requirement.id
        assert str(value) in line_text, requirement.id


def test_values_are_in_the_line_of_their_pointer(contract_at_revision):
    """Integers must be in the line as well, so that a value before an overlay is not taken for the one after it."""
    files, seen = contract_at_revision.spec_files, 0
    positions = SourcePositions(files)
    folders = ("", "errors", "requirements", "schemas")
    for name in (name for folder in folders for name in files.file_names(folder) if not name.endswith(".lark")):
        for path, value in pointers(files.content(name)):
            position = positions.find(f"{name}#{path}")
            assert position is not None, path
            line_text, key = source_line(files, position), path.rpartition("/")[2]
            if path and not key.isdecimal():
                assert key.replace("~1", "/").replace("~0", "~") in line_text, (position, path)
            if isinstance(value, int) and not isinstance(value, bool):
                assert str(value) in line_text, (position, path)
                seen += 1
    assert seen > 100


def test_changes_of_a_revision_have_positions_in_its_files(later):
    positions = SourcePositions(later.spec_files)
    limit = positions.find("schemas/request.json#/properties/Filter/maxLength")
    assert limit.file == "revisions/2026-06/schemas/request.overlay.yaml"
    assert str(later.parameter("Filter").max_length) in source_line(later.spec_files, limit)
    assert positions.find("schemas/request.json#/properties/Num/maximum").file == "schemas/request.json"
    added = positions.find(later.requirements["scorethreshold.floor"].register_pointer)
    assert added.file == "revisions/2026-06/requirements/narrowing.yaml"


def test_a_pointer_that_does_not_resolve_has_no_position(contract):
    positions = SourcePositions(contract.spec_files)
    for pointer in (
        "schemas/request.json#/properties/Missing",
        "schemas/request.json#/required/99",
        "filter.yaml#/x/y",
    ):
        assert positions.find(pointer) is None


#: An overlay with every kind of action.
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


def write_revision(tmp_path, base, overlay=OVERLAY):
    (tmp_path / "revisions" / "r").mkdir(parents=True)
    (tmp_path / "a.yaml").write_bytes(base.encode())
    (tmp_path / "revisions" / "r" / "a.overlay.yaml").write_text(overlay, encoding="utf-8")
    return SpecFiles.from_directory(tmp_path).at_revision("r")


@pytest.mark.parametrize("pointer", LINES)
def test_positions_after_overlays(tmp_path, pointer):
    files = write_revision(tmp_path, BASE)
    expected = LINES[pointer]
    position = SourcePositions(files).find(f"a.yaml{pointer}")
    if expected is None:
        assert position is None
    else:
        file, line = expected
        assert position == Position("revisions/r/a.overlay.yaml" if file == "o" else file, line)
        files.resolve(f"a.yaml{pointer}")


def test_every_value_after_overlays_has_a_position(tmp_path):
    files = write_revision(tmp_path, BASE)
    positions = SourcePositions(files)
    for path, _ in pointers(files.content("a.yaml")):
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


def write_overlay(*lines):
    return OVERLAY[: OVERLAY.index("actions")] + "\n".join(["actions:", *lines, ""])


@pytest.mark.parametrize(
    ("base", "action"),
    [
        ("shared: &x {b: {c: 1}}\na:\n  <<: *x\n", ["  - target: $.a.b", "    update: {c: 2}"]),
        ("a: {b: {c: 1}}\n", ["  - target: $", "    update: {x: &x {c: 2}, a: {b: {<<: *x}}}"]),
        ("a: {b: {c: 1}}\n", ["  - target: $.a", "    update: {b: {<<: {c: 2}}}"]),
    ],
)
def test_values_of_a_merge_key_have_no_position(tmp_path, base, action):
    files = write_revision(tmp_path, base, write_overlay(*action))
    assert files.resolve("a.yaml#/a/b/c") == 2
    assert SourcePositions(files).find("a.yaml#/a/b/c") is None


def test_a_number_as_key_is_not_confused_with_a_name(tmp_path):
    files = write_revision(tmp_path, "a:\n  1: {b: 1}\n", write_overlay("  - target: $.a", '    update: {"1": {b: 2}}'))
    assert files.resolve("a.yaml#/a/1/b") == 2
    assert SourcePositions(files).find("a.yaml#/a/1/b") == Position("revisions/r/a.overlay.yaml", 6)


@pytest.mark.parametrize(
    "text", ["{a: [", '{"a": "\\ud83d\\ude00", "b": 1}', "&a [*a]", "? [a]\n: 1\n? {b: 1}\n: 2\n", ""]
)
def test_unreadable_files_have_no_positions(tmp_path, text):
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    assert SourcePositions(SpecFiles.from_directory(tmp_path)).find("a.yaml#/b") is None


def test_both_yaml_loaders_agree(contract, monkeypatch):
    compiled, plain = SourcePositions(contract.spec_files), SourcePositions(contract.spec_files)
    pointers_of_entries = [requirement.register_pointer for requirement in contract.requirements.values()]
    found = list(map(compiled.find, pointers_of_entries))
    monkeypatch.setattr("imagesearch_conformance.contract.source_positions.Loader", yaml.SafeLoader)
    assert list(map(plain.find, pointers_of_entries)) == found


#: Documents with few names, so that overlays often select something.
TREES = st.recursive(
    st.just(0), lambda inner: st.dictionaries(st.sampled_from("abc"), inner) | st.lists(inner, max_size=2), max_leaves=4
)
TARGETS = st.sampled_from(["$", "$.a", "$.b", "$..a", "$..[0]", "$.b[1]"])
NAMED = st.dictionaries(st.sampled_from("abc"), TREES, min_size=1)
UPDATES = st.fixed_dictionaries({"target": TARGETS, "update": NAMED})
REMOVALS = st.fixed_dictionaries({"target": TARGETS, "remove": st.sampled_from([True])})
BASES = st.fixed_dictionaries({"a": NAMED, "b": st.lists(TREES | NAMED, min_size=1, max_size=3)})


def number_values(value, numbers):
    """Replace each zero by a unique number."""
    if isinstance(value, dict):
        return {name: number_values(item, numbers) for name, item in value.items()}
    if isinstance(value, list):
        return [number_values(item, numbers) for item in value]
    return next(numbers) if value == 0 and not isinstance(value, bool) else value


@settings(max_examples=60, deadline=None)
@given(BASES, st.lists(UPDATES | UPDATES | REMOVALS, min_size=1, max_size=3))
def test_positions_after_random_overlays(base, actions):
    head = {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "extends": "../../a.yaml"}
    numbers = count(1000)
    texts = {"a.yaml": number_values(base, numbers), "revisions/r/a.overlay.yaml": head | {"actions": actions}}
    texts["revisions/r/a.overlay.yaml"] = number_values(texts["revisions/r/a.overlay.yaml"], numbers)
    written = {name: yaml.safe_dump(value, sort_keys=False) for name, value in texts.items()}
    try:
        files = SpecFiles(Path("/nowhere"), written, ("r",)).at_revision("r")
        values = dict(pointers(files.content("a.yaml")))
    except InvalidSpec:
        reject()  # an overlay that cannot be applied
    positions = SourcePositions(files)
    for path, value in values.items():
        position = positions.find(f"a.yaml#{path}")
        assert position is not None, path
        if isinstance(value, int):
            assert str(value) in written[position.file].split("\n")[position.line - 1]
