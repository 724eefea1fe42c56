"""A file of deviations that is wrong gives one message: which file, which key, and what would be right."""

from datetime import date

import pytest

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.deviation import Deviation
from imagesearch_conformance.settings.deviations import read_deviations

RIGHT = {
    "requirement": '"num.maximum"',
    "reason": '"Our gateway allows 200."',
    "link": '"https://example.com/issues/17"',
    "expires": "2027-01-31",
}


def entry(**changes):
    given = {name: value for name, value in {**RIGHT, **changes}.items() if value is not None}
    return "\n".join(["[[deviation]]", *(f"{name} = {value}" for name, value in given.items()), ""])


@pytest.fixture
def reading(contract, tmp_path):
    def read(content):
        path = tmp_path / "known.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_deviations(path, contract, contract.spec_files.content("schemas/deviations.json"))

    return read


def test_a_right_one_is_read(reading):
    other = entry(requirement='"start.maximum"', expires="0001-01-01", link='"http://[::1]:8080/a@?b=c#d"')
    assert reading(entry(reason='" some\\nreason "') + other) == (
        Deviation("num.maximum", "some\nreason", "https://example.com/issues/17", date(2027, 1, 31)),
        Deviation("start.maximum", "Our gateway allows 200.", "http://[::1]:8080/a@?b=c#d", date(1, 1, 1)),
    )


@pytest.mark.parametrize("text", ["", "# none left\n", "deviation = []"])
def test_a_file_without_any_has_none(reading, text):
    assert reading(text) == ()


WRONG = [
    ({"requirement": '"num.maximun"'}, "deviation.0.requirement", "no requirement 'num.maximun'", "'num.maximum'?"),
    ({"requirement": '"NUM.MAXIMUM"'}, "deviation.0.requirement", "no requirement", "`requirements` lists the ids"),
    ({"requirement": '"num.*"'}, "deviation.0.requirement", "2023-09 has no requirement 'num.*'", ""),
    ({"requirement": '"num.maximum/at"'}, "deviation.0.requirement", "no requirement", "did you mean 'num.maximum'?"),
    ({"requirement": None}, "deviation.0", "the key 'requirement' is missing", "for example num.maximum"),
    ({"reason": None}, "deviation.0", "the key 'reason' is missing", "A sentence"),
    ({"link": None}, "deviation.0", "the key 'link' is missing", "http or https"),
    ({"expires": None}, "deviation.0", "the key 'expires' is missing", "A date without quotes"),
    ({"expire": "2027-01-31"}, "deviation.0", "the key 'expire' is not known", "did you mean 'expires'?"),
    ({"reason": '" "'}, "deviation.0.reason", "' ' does not match", "A sentence"),
    ({"reason": "17"}, "deviation.0.reason", "17 is not of type 'string'", "A sentence"),
    ({"expires": '"2027-01-31"'}, "deviation.0.expires", "'2027-01-31' is no date", "without quotes: 2027-01-31"),
    ({"expires": '"soon"'}, "deviation.0.expires", "'soon' is no date", "without quotes"),
    ({"expires": "2027-01-31T10:00:00Z"}, "deviation.0.expires", "is no date", "without quotes"),
    ({"expires": "10:00:00"}, "deviation.0.expires", "is not of type 'string'", "A date without quotes"),
    ({"expires": "20270131"}, "deviation.0.expires", "20270131 is not of type", "A date without quotes"),
    ({"link": '"example.com/17"'}, "deviation.0.link", "'example.com/17' is no link", "https://"),
    ({"link": '"ftp://example.com"'}, "deviation.0.link", "is no link", "https://"),
    ({"link": '"HTTPS://example.com/1"'}, "deviation.0.link", "is no link", "https://"),
    ({"link": '"javascript:alert(1)//http://a"'}, "deviation.0.link", "is no link", "https://"),
    ({"link": '"https://"'}, "deviation.0.link", "is no link", "https://"),
    ({"link": '"https://[::1"'}, "deviation.0.link", "is no link", "https://"),
    ({"link": '"https://user:pass@example.com/"'}, "deviation.0.link", "no user and password", "whoever reads"),
    ({"link": '"https://pass@example.com?a/"'}, "deviation.0.link", "no user and password", "whoever reads"),
    ({"link": '"https://example.com/a b"'}, "deviation.0.link", "is no link", "https://"),
    ({"link": '"https://example.com/\\u202ea"'}, "deviation.0.link", "is no link", "https://"),
    ({"link": '""'}, "deviation.0.link", "should be non-empty", "http or https"),
    ({"link": f'"https://example.com/{"x" * 1000}"'}, "deviation.0.link", "is too long", "http or https"),
]


@pytest.mark.parametrize(("changes", "where", "problem", "hint"), WRONG)
def test_a_wrong_one_names_file_key_and_what_would_be_right(reading, changes, where, problem, hint):
    with pytest.raises(InvalidInput) as caught:
        reading(entry(**changes))
    assert caught.value.where.endswith(f"known.toml: {where}")
    assert problem in caught.value.problem
    assert hint in caught.value.hint


def test_two_about_the_same_are_one_too_many(reading):
    with pytest.raises(InvalidInput) as caught:
        reading(entry() + entry(requirement='"start.maximum"') + entry(reason='"another"'))
    assert caught.value.where.endswith("known.toml: deviation.2.requirement")
    assert caught.value.problem == "deviation.0 is about 'num.maximum' already"


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        (entry().replace("[[deviation]]", "[deviation]"), "deviation", "is not of type 'array'"),
        (entry().replace("[[deviation]]", "[[deviations]]"), "the top level", "'deviations' is not known"),
        ("deviation = 1", "deviation", "1 is not of type 'array'"),
        ("deviation = [1]", "deviation.0", "1 is not of type 'object'"),
    ],
)
def test_another_shape_is_refused(reading, text, where, problem):
    with pytest.raises(InvalidInput) as caught:
        reading(text)
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
def test_what_is_not_toml_says_so(reading, text):
    with pytest.raises(InvalidInput, match=r"known.toml: the deviations file is not TOML: "):
        reading(text)


def test_what_cannot_be_read_says_why(reading, contract, tmp_path):
    with pytest.raises(InvalidInput, match="the deviations file cannot be read"):
        reading(b"\xff\xfe\x00")
    for path in (tmp_path, tmp_path / "absent.toml", tmp_path / "a\0b"):
        with pytest.raises(InvalidInput, match="the deviations file cannot be read"):
            read_deviations(path, contract, {})
