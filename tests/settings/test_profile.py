"""A profile that is wrong gives one message: which file, which key, and what would be right."""

import pytest

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.settings.profile import read_profile


def changed(tables, key, value):
    *path, last = key.split(".")
    for name in path:
        tables = tables[int(name)] if isinstance(tables, list) else tables[name]
    if value is None:
        del tables[last]
    else:
        tables[last] = value


WRONG = [
    ("target.instance_nam", "x", "target", "'instance_nam' is not known", "did you mean 'instance_name'?"),
    ("target.zzz", 1, "target", "'zzz' is not known", "known are endpoint, images"),
    ("capabilites", {}, "the top level", "'capabilites' is not known", "did you mean 'capabilities'?"),
    ("capabilities.autentication", True, "capabilities", "'autentication' is not known", "'authentication'"),
    ("run.job", 2, "run", "'job' is not known", "did you mean 'jobs'?"),
    ("target.images.0.picname", "x", "target.images.0", "'picname' is not known", "did you mean 'pic_name'?"),
    ("target.images", None, "target", "'images' is missing", "write a list that is not empty"),
    ("target.images", [], "target.images", "[] should be non-empty", "write a list that is not empty"),
    ("target.images.0.pic_name", None, "target.images.0", "'pic_name' is missing", "write text"),
    ("target.instance_name", None, "target", "'instance_name' is missing", "write text that is not empty"),
    ("target", None, "the top level", "'target' is missing", "write a table"),
    ("credentials.access_key_secret", None, "credentials", "'access_key_secret' is missing", "write text"),
    ("target.qps", "5", "target.qps", "'5' is not of type 'number'", "Never send faster"),
    ("target.qps", 0, "target.qps", "0", "Never send faster"),
    ("target.qps", float("nan"), "target.qps", "nan is no number", "finite"),
    (
        "capabilities.throttling_qps",
        float("inf"),
        "capabilities.throttling_qps",
        "inf is greater than the maximum",
        "number",
    ),
    ("target.signature", "v4", "target.signature", "'v4' is not one of ['v3', 'v2', 'none']", "v3 if"),
    ("target.instance_type", "shop", "target.instance_type", "'shop' is not one of", "one of product, generic"),
    ("run.jobs", 1.5, "run.jobs", "1.5 is not of type 'integer'", "write an integer"),
    ("run.select", "num.*", "run.select", "'num.*' is not of type 'array'", "write a list"),
    ("run.strict", "yes", "run.strict", "'yes' is not of type 'boolean'", "write true or false"),
    ("run.level", "may", "run.level", "'may' is not one of ['must', 'should']", "write one of must, should"),
]


@pytest.mark.parametrize(("key", "value", "where", "problem", "hint"), WRONG)
def test_a_wrong_profile_names_file_key_and_what_would_be_right(  # noqa: PLR0913, PLR0917 one column each
    reading, tables, key, value, where, problem, hint
):
    changed(tables, key, value)
    with pytest.raises(InvalidInput) as caught:
        reading(tables)
    assert caught.value.where.endswith(f"target.toml: {where}")
    assert problem in caught.value.problem
    assert hint in caught.value.hint
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [12345678, True, "", ["some", "list"]])
def test_a_wrong_key_is_not_repeated(reading, tables, value):
    tables["credentials"]["access_key_secret"] = value
    with pytest.raises(InvalidInput) as caught:
        reading(tables)
    assert caught.value.where.endswith("credentials.access_key_secret")
    assert str(value) not in caught.value.problem or value == ""


@pytest.mark.parametrize("text", ["[target", "target = ", "a = 1\na = 2", "\ufeff[target]", "{}"])
def test_what_is_not_toml_says_where(reading, text):
    with pytest.raises(InvalidInput, match=r"target.toml: the profile is not TOML: .*\(at "):
        reading(text)


def test_a_file_that_cannot_be_read_says_why(contract, tmp_path):
    with pytest.raises(InvalidInput, match="No such file"):
        read_profile(tmp_path / "absent.toml", contract, {})
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_profile(tmp_path, contract, {})
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_profile(tmp_path / "binary.toml", contract, {})


def test_values_come_from_the_environment(reading, tables):
    tables["credentials"] = {"access_key_id": "${MY_ID}", "access_key_secret": "a-${MY_SECRET}-z"}
    tables["run"]["select"] = ["${AREA}.*"]
    read = reading(tables, MY_ID="id", MY_SECRET="b$c", AREA="num")
    assert read["credentials"] == {"access_key_id": "id", "access_key_secret": "a-b$c-z"}
    assert read["run"]["select"] == ["num.*"]


def test_a_variable_that_is_not_set_is_named(reading, tables):
    tables["credentials"]["access_key_secret"] = "${MY_SECRET}"
    with pytest.raises(InvalidInput) as caught:
        reading(tables)
    assert caught.value.where.endswith("target.toml: credentials.access_key_secret")
    assert caught.value.problem == "the environment has no variable MY_SECRET"


def test_a_variable_that_is_empty_is_no_key(reading, tables):
    tables["credentials"]["access_key_secret"] = "${MY_SECRET}"
    with pytest.raises(InvalidInput) as caught:
        reading(tables, MY_SECRET="")
    assert caught.value.where.endswith("credentials.access_key_secret")


@pytest.mark.parametrize("text", ["$MY_ID", "${my id}", "${}", "$${", "a}b"])
def test_what_is_no_reference_stays_as_it_is(reading, tables, text):
    tables["target"]["instance_name"] = text
    assert reading(tables)["target"]["instance_name"] == text
