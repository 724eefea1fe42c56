"""The oracle judges by JSON Schema and the checks by bytes: they agree on each generated request."""

from datetime import UTC, datetime

import pytest
from attrs import evolve
from hypothesis import HealthCheck, find, given, seed, settings
from hypothesis import strategies as st

from imagesearch_conformance.cases.case_builder import CaseBuilder, example_value
from imagesearch_conformance.cases.generated_placeholders import GENERATED_FILTERS, GENERATED_INVALID, GENERATED_VALID
from imagesearch_conformance.checks.parsed_request import parse_request
from imagesearch_conformance.checks.violations import find_violations, signature_defects
from imagesearch_conformance.generation.sources import (
    _choose_mostly,
    encode_parameters,
    encode_value,
    source_strategies,
)
from imagesearch_conformance.model.expectation import Relation
from imagesearch_conformance.model.target import InstanceType, SignatureScheme
from imagesearch_conformance.oracle.generated_cases import GeneratedCaseBuilder, is_encodable
from imagesearch_conformance.transport.request_encoder import RequestEncoder

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

MANY = settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))

ANY_TEXT = st.text(st.characters(), max_size=30)
UNUSUAL_VALUES = st.sampled_from(
    ["", " ", "\0", "\r\n", "\ud800", "é", "\U0001f600", "0", "-0", "007", "+5", " 5", "5 ", "5.", "5.0", "5.5", "1e1",
     "true", "True", " false ", "tRue", "\u017f", "YES", "on\n", "t", "2", "truth", "0.55",
     "0.55\n", "1.00", "1.01", "0.5", ".5", "0,5", "-0",
     "-0.01", "1.000", "1e-1", "+0.5", "55%", " 0.55", "0.555", "1.01\n", "0" * 3000 + ".5", "1," * 2000 + "x",
     "0x1", "9" * 6000, "-" + "9" * 6000, "0" * 5000 + "5", "\u0661", "5\n", "5\x1c", "5\u00a0", "a" * 5000, "&=+%20"]
)  # fmt: skip
UNUSUAL_FILTERS = st.sampled_from(
    ["int_attr=1 and int_attr=2", "int_attr=1and int_attr=2", "int_attr=1AND int_attr=2", "(int_attr=1)",
     'str_attr="a"and int_attr=1', 'str_attr="x and y"', "int_attr = 1", "int_attr=1 oR(int_attr=2)", "and int_attr=1",
     "int_attr in (1, 2)", "int_attr  not  in (1,2)", "int_attr IN [1, 2]", "int_attr in 1,2",
     "int_attr in ()", "str_attr in",
     'intAttr = 1000 AND  strAttr2="str9999"', "int_attr in [1,2]",
     "int_attr in (" + "9" * 5000 + ")", 'str_attr in (1, "a")',
     "int_attrnot in (1)", "int_attr4 notin (1)", "int_attr in (1" + ", 1" * 1300 + ")",
     "int_attr=1 OR " * 320 + "int_attr=2",
     "int_attr=" + "9" * 200, "(" * 200 + "int_attr=1", "int_attr=1\nAND int_attr=2", 'str_attr="\0"', "AND", '"']
)  # fmt: skip


def assert_checks_agree(generated, scheme, parameters, source):
    """Assert that the checks find the violations of the case, if the oracle is certain of them."""
    case = generated.build_case(parameters, source)
    if case is None:
        return
    contract, target = generated.builder.contract, evolve(generated.builder.target, signature=scheme)
    request = RequestEncoder(contract, target).encode(case.probes[-1], NOW, "a-nonce")
    assert find_violations(contract, target, parse_request(contract, request)) == case.violations
    assert not signature_defects(contract, target, request, NOW)


@pytest.fixture
def builder_of_revision(builder, later_builder, later_revision):
    return later_builder if later_revision else builder


@pytest.mark.parametrize(
    ("source", "later_revision"),
    [
        (GENERATED_VALID, False),
        (GENERATED_FILTERS, True),
        *(
            pytest.param(*combination, marks=pytest.mark.long)
            for combination in (
                (GENERATED_VALID, True),
                (GENERATED_INVALID, False),
                (GENERATED_INVALID, True),
                (GENERATED_FILTERS, False),
            )
        ),
    ],
)
def test_oracle_and_checks_agree_on_the_sources(builder_of_revision, source):
    generated = GeneratedCaseBuilder(builder_of_revision)

    @settings(MANY, max_examples=200)
    @given(source_strategies(builder_of_revision)[source])
    def check(parameters):
        for scheme in (SignatureScheme.V3, SignatureScheme.V2):
            assert_checks_agree(generated, scheme, parameters, source)

    check()


def test_most_valid_requests_name_an_image_of_the_target(builder):
    names = (builder.contract.instance_parameter, *builder.contract.image.parameters)
    known = {
        (instance.name, image.product_id, image.pic_name)
        for instance in builder.target.instances
        for image in instance.images
    }
    are_known = []

    @seed(0)
    @settings(MANY, max_examples=200)
    @given(source_strategies(builder)[GENERATED_VALID])
    def collect(parameters):
        are_known.append(tuple(parameters.get(name) for name in names) in known)

    collect()
    # One of eight keeps made-up names, or names something that does not exist; some of those are known by chance.
    assert 0.85 < sum(are_known) / len(are_known) < 1


def test_rare_values_shrink_to_common_ones():
    strategy = _choose_mostly(st.just("common"), st.just("rare"))
    assert find(strategy, lambda _: True) == "common"
    assert find(strategy, lambda value: value == "rare") == "rare"


@pytest.mark.parametrize("later_revision", [pytest.param(False, marks=pytest.mark.long), True], ids=["first", "later"])
def test_oracle_and_checks_agree_on_arbitrary_requests(builder_of_revision):
    contract, target = builder_of_revision.contract, builder_of_revision.target
    generated = GeneratedCaseBuilder(builder_of_revision)
    values = {parameter.name: st.one_of(UNUSUAL_VALUES, ANY_TEXT) for parameter in contract.parameters}
    values["Filter"] = st.one_of(UNUSUAL_FILTERS, UNUSUAL_VALUES, ANY_TEXT)
    known_names = st.sampled_from(target.instances).flatmap(
        lambda instance: st.sampled_from(instance.images).map(
            lambda image: {"InstanceName": instance.name, "ProductId": image.product_id, "PicName": image.pic_name}
        )
    )
    changes = st.fixed_dictionaries({}, optional=values)
    unknown = st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=1).map(lambda body: encode_parameters(contract, body))

    @MANY
    @given(known_names, changes, unknown)
    def check(names, changes, unknown):
        parameters = {**names, **changes, **unknown}
        assert_checks_agree(generated, SignatureScheme.V3, parameters, GENERATED_INVALID)

    check()


@pytest.mark.long
def test_oracle_and_checks_agree_on_a_generic_instance(builder):
    generic = next(instance for instance in builder.target.instances if instance.type is InstanceType.GENERIC)
    target = evolve(builder.target, instances=(generic,))
    generic_builder = CaseBuilder(builder.contract, target, evolve(builder.survey, images=generic.images))
    generated = GeneratedCaseBuilder(generic_builder)

    @settings(MANY, max_examples=200)
    @given(source_strategies(generic_builder)[GENERATED_INVALID])
    def check(parameters):
        assert_checks_agree(generated, SignatureScheme.V3, parameters, GENERATED_INVALID)

    check()


def build_case(builder, changes, source=GENERATED_VALID):
    """Return the case of the minimal request with these changes."""
    return GeneratedCaseBuilder(builder).build_case({**dict(builder.request().parameters), **changes}, source)


@pytest.mark.parametrize("text", ["\ud800", "a\udcff"])
def test_lone_surrogates_are_never_sent(builder, text):
    for name in ("PicName", "Filter", text):
        assert build_case(builder, {name: f"x{text}"}) is None
    assert not is_encodable({"a": text})


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (1, "1"), (1.5, "1.5"), (True, "true"), (None, "null"), ([1], None), ({"a": 1}, None)],
)
def test_a_form_can_encode_scalars_only(value, text):
    assert encode_value(value) == text


@pytest.mark.parametrize(
    "name", ["Action", "action", "x-acs-action", "Signature", "num", "Product-Id", "SecurityToken"]
)
def test_a_name_that_resembles_a_known_one_is_not_sent(contract, name):
    assert encode_parameters(contract, {name: "1", "Num": 2}) == {"Num": "2"}


@pytest.mark.parametrize(
    ("changes", "requirement", "violations", "success"),
    [
        ({}, "generated.valid", set(), True),
        ({"Num": "100", "Start": "400"}, "generated.valid", set(), True),
        ({"Num": "101"}, "num.maximum", {"Num: maximum"}, False),
        ({"Num": "100", "Start": "401"}, "window.maximum", {"window: maximum"}, True),
        ({"Num": "101", "CategoryId": "x"}, "request.combined", {"Num: maximum", "CategoryId: type"}, False),
        ({"PicName": "absent-00000000"}, "image.known", {"image: known"}, True),
        ({"PicName": "who knows"}, "generated.open", {"image: known"}, True),
        ({"PicName": "who knows", "Num": "0"}, "request.combined", {"image: known", "Num: minimum"}, False),
        ({"PicName": ""}, "picname.minlength", {"PicName: minLength"}, False),
        ({"InstanceName": "absent-00000000"}, "instancename.known", {"InstanceName: known"}, False),
        ({"InstanceName": "who knows"}, "generated.open", {"InstanceName: known"}, True),
        ({"InstanceName": "who knows", "CategoryId": "x"}, "generated.open",
         {"InstanceName: known", "CategoryId: type"}, True),
        ({"InstanceName": "genericdemo", "CategoryId": "x"}, "generated.open", {"image: known"}, True),
        ({"Num": "+10"}, "generated.open", set(), True),
        ({"Num": "0101"}, "generated.open", {"Num: maximum"}, True),
        ({"Num": ""}, "generated.open", set(), True),
        ({"Num": "", "CategoryId": "x"}, "categoryid.type", {"CategoryId: type"}, False),
        ({"Unknown": "1"}, "generated.open", set(), True),
        ({"Filter": "int_attr>=1"}, "generated.valid", set(), True),
        ({"Filter": "int_attr >= 1"}, "generated.open", set(), True),
        ({"Filter": "(int_attr>=1)"}, "generated.open", set(), True),
        ({"Filter": 'str_attr="50%"'}, "generated.open", set(), True),
        ({"Filter": 'str_attr="it\'s"'}, "generated.valid", set(), True),
        ({"Filter": "int_attr>=3000000000"}, "generated.open", set(), True),
        ({"Filter": "int_attr=1 and int_attr=2"}, "generated.open", set(), True),
        ({"Filter": "int_attr!=1"}, "filter.format", {"Filter: format"}, False),
    ],
)  # fmt: skip
def test_requirement_violations_and_success_of_a_request(builder, changes, requirement, violations, success):
    case = build_case(builder, changes)
    assert case.requirements == (requirement,)
    assert {str(violation) for violation in case.violations} == violations
    # The errors of each violated rule are accepted, and a success where the documentation allows one.
    assert (case.expectation.success is not None) is success
    accepted = {(acceptance.status, acceptance.code) for acceptance in case.expectation.acceptances}
    for violation in case.violations:
        for acceptance in builder.contract.error_acceptances(violation):
            assert (acceptance.status, acceptance.code) in accepted


@pytest.mark.parametrize(
    ("changes", "requirement", "violations", "success"),
    [
        ({"DistinctProductId": "true"}, "generated.valid", set(), True),
        ({"DistinctProductId": "true", "ScoreThreshold": "0.55", "Num": "7"}, "generated.valid", set(), True),
        ({"DistinctProductId": "True"}, "generated.open", set(), True),
        ({"DistinctProductId": "0"}, "generated.open", set(), True),
        ({"DistinctProductId": ""}, "generated.open", set(), True),
        ({"DistinctProductId": "truth"}, "distinctproductid.type", {"DistinctProductId: type"}, False),
        ({"DistinctProductId": "truth", "Num": "0"}, "request.combined",
         {"DistinctProductId: type", "Num: minimum"}, False),
        ({"ScoreThreshold": "0.555"}, "generated.open", set(), True),
        ({"ScoreThreshold": "0.55\n"}, "generated.open", set(), True),
        ({"ScoreThreshold": "1.01"}, "scorethreshold.pattern", {"ScoreThreshold: pattern"}, False),
        ({"ScoreThreshold": "0.555", "Num": "101"}, "num.maximum", {"Num: maximum"}, False),
        ({"Filter": "int_attr4>=1"}, "generated.valid", set(), True),
        ({"Filter": "int_attr in (1, 2)"}, "generated.open", set(), True),
        ({"Filter": "int_attr in [1,2]"}, "generated.open", set(), True),
        ({"Filter": "int_attr in"}, "filter.format", {"Filter: format"}, False),
        ({"Filter": 'int_attr in ("a")'}, "filter.format", {"Filter: format"}, False),
        ({"Filter": "int_attr in (1, 2"}, "filter.format", {"Filter: format"}, False),
        ({"Filter": "int_attr5=1"}, "filter.format", {"Filter: format"}, False),
        ({"Filter": "int_attr=1" + " " * 4086}, "generated.open", set(), True),
        ({"Filter": "int_attr=1" + " " * 4087}, "filter.maxlength", {"Filter: maxLength"}, False),
    ],
)  # fmt: skip
def test_the_same_of_a_request_of_the_later_revision(later_builder, changes, requirement, violations, success):
    test_requirement_violations_and_success_of_a_request(later_builder, changes, requirement, violations, success)


@pytest.mark.parametrize(
    "text",
    ["int_attr in [1,3]", "int_attr IN (1)", "int_attr not in 1, 2", "int_attr in ()",
    'str_attr in ("a", )', "intAttr=1",
     'strAttr4 NOT IN {"a"}', "int_attrnot in (1)", 'str_attr notin ("a")', "int_attr=1 and int_attr in [2]"],
)  # fmt: skip
def test_a_notation_like_an_unspecified_one_is_not_judged(builder, later_builder, text):
    assert build_case(later_builder, {"Filter": text}) is None
    assert build_case(builder, {"Filter": text}).requirements == ("filter.format",)


@pytest.mark.parametrize(
    ("text", "requirement"),
    [
        ("int_attr2 not in (1, 2)", "filter.int_attr2.not-in"),
        ('str_attr="a" OR int_attr in (1) OR int_attr in (2)', "filter.int_attr.in"),
        ("int_attr in (1) OR int_attr not in (2)", "generated.open"),
        ("int_attr in (1) OR int_attr=1 AND int_attr=2", "generated.open"),
        ("int_attr in (3000000000)", "generated.open"),
        ("int_attr in (1,2)", "generated.open"),
        ("int_attr=1 OR int_attr4=1", "generated.filters"),
    ],
)
def test_requirement_of_a_generated_filter(later_builder, text, requirement):
    case = build_case(later_builder, {"Filter": text}, GENERATED_FILTERS)
    assert case.requirements == (requirement,)
    assert (case.relation is Relation.FILTERED) is (requirement != "generated.open")


@pytest.mark.parametrize("name", ["DistinctProductId", "ScoreThreshold", "Num"])
def test_a_filter_with_another_parameter_is_not_compared_with_the_ranking(later_builder, name):
    changes = {"Filter": "int_attr=1", name: example_value(later_builder.contract.parameter(name))}
    case = build_case(later_builder, changes, GENERATED_FILTERS)
    assert (case.requirements, case.relation) == (("generated.valid",), None)


def test_an_undetermined_filter_is_not_judged(builder):
    assert build_case(builder, {"Filter": "int_attr=1and int_attr=2"}) is None


def test_an_id_depends_only_on_the_parameters(builder):
    case_id = build_case(builder, {"Num": "7"}, GENERATED_VALID).id
    assert case_id == build_case(builder, {"Num": "7"}, GENERATED_INVALID).id
    assert case_id.startswith("generated.valid/generated-")
    assert case_id != build_case(builder, {"Num": "8"}).id
