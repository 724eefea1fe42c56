"""An invalid profile gives one message with file, key and hint."""

import pytest

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.settings.target import read_profile


def set_value(tables, key, value):
    *path, last = key.split(".")
    for name in path:
        tables = tables[int(name)] if isinstance(tables, list) else tables[name]
    if value is None:
        del tables[last]
    else:
        tables[last] = value


INVALID_VALUES = [
    ("target.instance_nam", "x", "target", "unknown key 'instance_nam'", "did you mean 'instance_name'?"),
    ("target.zzz", 1, "target", "unknown key 'zzz'", "expected one of endpoint, images"),
    ("capabilites", {}, "the top level", "unknown key 'capabilites'", "did you mean 'capabilities'?"),
    ("capabilities.autentication", True, "capabilities", "unknown key 'autentication'", "'authentication'"),
    ("run.job", 2, "run", "unknown key 'job'", "did you mean 'jobs'?"),
    ("target.images.0.picname", "x", "target.images.0", "unknown key 'picname'", "did you mean 'pic_name'?"),
    ("target.images", None, "target", "missing key 'images'", "write a list that is not empty"),
    ("target.images", [], "target.images", "[] should be non-empty", "write a list that is not empty"),
    ("target.images.0.pic_name", None, "target.images.0", "missing key 'pic_name'", "write text"),
    ("target.instance_name", None, "target", "missing key 'instance_name'", "write text that is not empty"),
    ("target", None, "the top level", "missing key 'target'", "write a table"),
    ("credentials.access_key_secret", None, "credentials", "missing key 'access_key_secret'", "write text"),
    ("target.qps", "5", "target.qps", "'5' is not of type 'number'", "Never send faster"),
    ("target.qps", 0, "target.qps", "0", "Never send faster"),
    ("target.qps", float("nan"), "target.qps", "nan is not a finite number", "finite"),
    (
        "capabilities.throttling_qps",
        float("inf"),
        "capabilities.throttling_qps",
        "inf is greater than the maximum",
        "number",
    ),
    ("target.signature", "v4", "target.signature", "'v4' is not one of ['v3', 'v2', 'none']", "v3 if"),
    ("target.instance_type", "special", "target.instance_type", "'special' is not one of", "one of product, generic"),
    ("run.jobs", 1.5, "run.jobs", "1.5 is not of type 'integer'", "write an integer"),
    ("run.select", "num.*", "run.select", "'num.*' is not of type 'array'", "write a list"),
    ("run.strict", "yes", "run.strict", "'yes' is not of type 'boolean'", "write true or false"),
    ("run.level", "may", "run.level", "'may' is not one of ['must', 'should']", "write one of must, should"),
]


@pytest.mark.parametrize(("key", "value", "where", "problem", "hint"), INVALID_VALUES)
def test_an_invalid_profile_names_file_key_and_hint(  # noqa: PLR0913, PLR0917 one column each
    load_profile, tables, key, value, where, problem, hint
):
    set_value(tables, key, value)
    with pytest.raises(InvalidInput) as caught:
        load_profile(tables)
    assert caught.value.where.endswith(f"target.toml: {where}")
    assert problem in caught.value.problem
    assert hint in caught.value.hint
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [12345678, True, "", ["some", "list"]])
def test_an_invalid_secret_is_not_repeated(load_profile, tables, value):
    tables["credentials"]["access_key_secret"] = value
    with pytest.raises(InvalidInput) as caught:
        load_profile(tables)
    assert caught.value.where.endswith("credentials.access_key_secret")
    assert str(value) not in caught.value.problem or value == ""


@pytest.mark.parametrize("text", ["[target", "target = ", "a = 1\na = 2", "\ufeff[target]", "{}"])
def test_invalid_toml_names_the_position(load_profile, text):
    with pytest.raises(InvalidInput, match=r"target.toml: the profile is not TOML: .*\(at "):
        load_profile(text)


def test_an_unreadable_file_is_rejected(contract, tmp_path):
    with pytest.raises(InvalidInput, match="No such file"):
        read_profile(tmp_path / "missing.toml", contract, {})
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_profile(tmp_path, contract, {})
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_profile(tmp_path / "binary.toml", contract, {})


def test_variables_are_expanded(load_profile, tables):
    tables["credentials"] = {"access_key_id": "${MY_ID}", "access_key_secret": "a-${MY_SECRET}-z"}
    tables["run"]["select"] = ["${AREA}.*"]
    profile = load_profile(tables, MY_ID="id", MY_SECRET="b$c", AREA="num")
    assert profile["credentials"] == {"access_key_id": "id", "access_key_secret": "a-b$c-z"}
    assert profile["run"]["select"] == ["num.*"]


def test_an_unset_variable_is_named(load_profile, tables):
    tables["credentials"]["access_key_secret"] = "${MY_SECRET}"
    with pytest.raises(InvalidInput) as caught:
        load_profile(tables)
    assert caught.value.where.endswith("target.toml: credentials.access_key_secret")
    assert caught.value.problem == "the environment variable MY_SECRET is not set"


def test_an_empty_variable_is_an_invalid_secret(load_profile, tables):
    tables["credentials"]["access_key_secret"] = "${MY_SECRET}"
    with pytest.raises(InvalidInput) as caught:
        load_profile(tables, MY_SECRET="")
    assert caught.value.where.endswith("credentials.access_key_secret")


@pytest.mark.parametrize("text", ["$MY_ID", "${my id}", "${}", "$${", "a}b"])
def test_other_texts_with_dollar_or_braces_stay_unchanged(load_profile, tables, text):
    tables["target"]["instance_name"] = text
    assert load_profile(tables)["target"]["instance_name"] == text
