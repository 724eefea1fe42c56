"""An invalid file of deviations gives one message with file, key and hint."""

from datetime import date

import pytest

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.requirement import Deviation
from imagesearch_conformance.settings.deviations import read_deviations

VALID_ENTRY = {
    "requirement": '"num.maximum"',
    "reason": '"Our gateway allows 200."',
    "link": '"https://example.com/issues/17"',
    "expires": "2027-01-31",
}


def entry(**changes):
    values = {name: value for name, value in {**VALID_ENTRY, **changes}.items() if value is not None}
    return "\n".join(["[[deviation]]", *(f"{name} = {value}" for name, value in values.items()), ""])


@pytest.fixture
def load_deviations(contract, tmp_path):
    def read(content):
        path = tmp_path / "known.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_deviations(path, contract, contract.spec_files.content("schemas/deviations.json"))

    return read


def test_valid_entries(load_deviations):
    other = entry(requirement='"start.maximum"', expires="0001-01-01", link='"http://[::1]:8080/a@?b=c#d"')
    assert load_deviations(entry(reason='" some\\nreason "') + other) == (
        Deviation("num.maximum", "some\nreason", "https://example.com/issues/17", date(2027, 1, 31)),
        Deviation("start.maximum", "Our gateway allows 200.", "http://[::1]:8080/a@?b=c#d", date(1, 1, 1)),
    )


@pytest.mark.parametrize("text", ["", "# none left\n", "deviation = []"])
def test_a_file_without_entries(load_deviations, text):
    assert load_deviations(text) == ()


INVALID_ENTRIES = [
    (
        {"requirement": '"num.maximun"'},
        "deviation.0.requirement",
        "unknown requirement 'num.maximun'",
        "'num.maximum'?",
    ),
    (
        {"requirement": '"NUM.MAXIMUM"'},
        "deviation.0.requirement",
        "unknown requirement",
        "`requirements` lists the ids",
    ),
    ({"requirement": '"num.*"'}, "deviation.0.requirement", "unknown requirement 'num.*' in revision 2023-09", ""),
    ({"requirement": '"num.maximum/at"'}, "deviation.0.requirement", "unknown requirement", "mean 'num.maximum'?"),
    ({"requirement": None}, "deviation.0", "missing key 'requirement'", "for example num.maximum"),
    ({"reason": None}, "deviation.0", "missing key 'reason'", "A sentence"),
    ({"link": None}, "deviation.0", "missing key 'link'", "http or https"),
    ({"expires": None}, "deviation.0", "missing key 'expires'", "A date without quotes"),
    ({"expire": "2027-01-31"}, "deviation.0", "unknown key 'expire'", "did you mean 'expires'?"),
    ({"reason": '" "'}, "deviation.0.reason", "' ' does not match", "A sentence"),
    ({"reason": "17"}, "deviation.0.reason", "17 is not of type 'string'", "A sentence"),
    ({"expires": '"2027-01-31"'}, "deviation.0.expires", "invalid date '2027-01-31'", "without quotes: 2027-01-31"),
    ({"expires": '"soon"'}, "deviation.0.expires", "invalid date 'soon'", "without quotes"),
    ({"expires": "2027-01-31T10:00:00Z"}, "deviation.0.expires", "invalid date", "without quotes"),
    ({"expires": "10:00:00"}, "deviation.0.expires", "is not of type 'string'", "A date without quotes"),
    ({"expires": "20270131"}, "deviation.0.expires", "20270131 is not of type", "A date without quotes"),
    ({"link": '"example.com/17"'}, "deviation.0.link", "invalid link 'example.com/17'", "https://"),
    ({"link": '"ftp://example.com"'}, "deviation.0.link", "invalid link", "https://"),
    ({"link": '"HTTPS://example.com/1"'}, "deviation.0.link", "invalid link", "https://"),
    ({"link": '"javascript:alert(1)//http://a"'}, "deviation.0.link", "invalid link", "https://"),
    ({"link": '"https://"'}, "deviation.0.link", "invalid link", "https://"),
    ({"link": '"https://[::1"'}, "deviation.0.link", "invalid link", "https://"),
    ({"link": '"https://user:pass@example.com/"'}, "deviation.0.link", "not contain user and password", "every reader"),
    ({"link": '"https://pass@example.com?a/"'}, "deviation.0.link", "not contain user and password", "every reader"),
    ({"link": '"https://example.com/a b"'}, "deviation.0.link", "invalid link", "https://"),
    ({"link": '"https://example.com/\\u202ea"'}, "deviation.0.link", "invalid link", "https://"),
    ({"link": '""'}, "deviation.0.link", "should be non-empty", "http or https"),
    ({"link": f'"https://example.com/{"x" * 1000}"'}, "deviation.0.link", "is too long", "http or https"),
]


@pytest.mark.parametrize(("changes", "where", "problem", "hint"), INVALID_ENTRIES)
def test_an_invalid_entry_names_file_key_and_hint(load_deviations, changes, where, problem, hint):
    with pytest.raises(InvalidInput) as caught:
        load_deviations(entry(**changes))
    assert caught.value.where.endswith(f"known.toml: {where}")
    assert problem in caught.value.problem
    assert hint in caught.value.hint


def test_duplicate_requirements_are_rejected(load_deviations):
    with pytest.raises(InvalidInput) as caught:
        load_deviations(entry() + entry(requirement='"start.maximum"') + entry(reason='"another"'))
    assert caught.value.where.endswith("known.toml: deviation.2.requirement")
    assert caught.value.problem == "deviation.0 already lists 'num.maximum'"


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        (entry().replace("[[deviation]]", "[deviation]"), "deviation", "is not of type 'array'"),
        (entry().replace("[[deviation]]", "[[deviations]]"), "the top level", "unknown key 'deviations'"),
        ("deviation = 1", "deviation", "1 is not of type 'array'"),
        ("deviation = [1]", "deviation.0", "1 is not of type 'object'"),
    ],
)
def test_an_invalid_structure_is_rejected(load_deviations, text, where, problem):
    with pytest.raises(InvalidInput) as caught:
        load_deviations(text)
    assert caught.value.where.endswith(f"known.toml: {where}")
    assert problem in caught.value.problem
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "[[deviation]",
        "a = 1\na = 2",
        entry(expires="2027-02-30"),
        entry(expires="2027-13-01"),
        f"a = {'9' * 5000}",
        f"a = {'[' * 5000}",
    ],
)
def test_invalid_toml_is_rejected(load_deviations, text):
    with pytest.raises(InvalidInput, match=r"known.toml: the deviations file is not TOML: "):
        load_deviations(text)


def test_an_unreadable_file_is_rejected(load_deviations, contract, tmp_path):
    with pytest.raises(InvalidInput, match="the deviations file cannot be read"):
        load_deviations(b"\xff\xfe\x00")
    for path in (tmp_path, tmp_path / "missing.toml", tmp_path / "a\0b"):
        with pytest.raises(InvalidInput, match="the deviations file cannot be read"):
            read_deviations(path, contract, {})
