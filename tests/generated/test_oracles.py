"""Two judges of the same request, one by JSON Schema and one by its bytes: they never disagree."""

from datetime import UTC, datetime

import pytest
from attrs import evolve
from hypothesis import HealthCheck, find, given, seed, settings
from hypothesis import strategies as st

from imagesearch_conformance.cases.case_builder import CaseBuilder, example_value
from imagesearch_conformance.cases.generated_placeholders import GENERATED_FILTERS, GENERATED_INVALID, GENERATED_VALID
from imagesearch_conformance.checks.parsed_request import parse_request
from imagesearch_conformance.checks.violations import find_violations, signature_defects
from imagesearch_conformance.generation.form_encoding import encode_parameters, encode_value, is_encodable
from imagesearch_conformance.generation.generated_cases import GeneratedCaseBuilder
from imagesearch_conformance.generation.sources import _choose_mostly, source_strategies
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import InstanceType, SignatureScheme
from imagesearch_conformance.transport.request_encoder import RequestEncoder

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

#: Fewer by default than were tried before; HYPOTHESIS profiles and `--hypothesis-seed` vary them.
MANY = settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))

ANYTHING = st.text(st.characters(), max_size=30)
NASTY = st.sampled_from(
    ["", " ", "\0", "\r\n", "\ud800", "é", "\U0001f600", "0", "-0", "007", "+5", " 5", "5 ", "5.", "5.0", "5.5", "1e1",
     "true", "True", " false ", "tRue", "\u017f", "YES", "on\n", "t", "2", "truth", "0.55",
     "0.55\n", "1.00", "1.01", "0.5", ".5", "0,5", "-0",
     "-0.01", "1.000", "1e-1", "+0.5", "55%", " 0.55", "0.555", "1.01\n", "0" * 3000 + ".5", "1," * 2000 + "x",
     "0x1", "9" * 6000, "-" + "9" * 6000, "0" * 5000 + "5", "\u0661", "5\n", "5\x1c", "5\u00a0", "a" * 5000, "&=+%20"]
)  # fmt: skip
FILTERED = st.sampled_from(
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


def agreed(builder, scheme, given_parameters, source):
    """Whether both judges see the same in a request; what cannot be told is not asked about."""
    case = builder.build_case(given_parameters, source)
    if case is None:
        return
    shop = builder.builder
    styled = evolve(shop.target, signature=scheme)
    request = RequestEncoder(shop.contract, styled).encode(case.probes[-1], NOW, "a-nonce")
    assert find_violations(shop.contract, styled, parse_request(shop.contract, request)) == case.violations
    assert not signature_defects(shop.contract, styled, request, NOW)


@pytest.fixture
def either(shop, later_shop, revised):
    """The workshop of the revision that a test is made with."""
    return later_shop if revised else shop


@pytest.mark.parametrize(
    ("source", "revised"),
    [
        (GENERATED_VALID, False),
        (GENERATED_FILTERS, True),
        *(
            pytest.param(*one, marks=pytest.mark.long)
            for one in (
                (GENERATED_VALID, True),
                (GENERATED_INVALID, False),
                (GENERATED_INVALID, True),
                (GENERATED_FILTERS, False),
            )
        ),
    ],
)
def test_both_judges_agree_on_what_the_sources_yield(either, source):
    builder = GeneratedCaseBuilder(either)

    @settings(MANY, max_examples=200)
    @given(source_strategies(either)[source])
    def holds(parameters):
        for scheme in (SignatureScheme.V3, SignatureScheme.V2):
            agreed(builder, scheme, parameters, source)

    holds()


def test_most_valid_requests_name_what_the_target_holds(shop):
    names = (shop.contract.instance_parameter, *shop.contract.image.parameters)
    held = {(one.name, image.product_id, image.pic_name) for one in shop.target.instances for image in one.images}
    known = []

    @seed(0)
    @settings(MANY, max_examples=200)
    @given(source_strategies(shop)[GENERATED_VALID])
    def made(parameters):
        known.append(tuple(parameters.get(one) for one in names) in held)

    made()
    # One of eight keeps names that were made up, or names what is nowhere; some of those are right all the same.
    assert 0.85 < sum(known) / len(known) < 1


def test_what_is_drawn_seldom_is_not_drawn_where_it_shows_no_more():
    drawn = _choose_mostly(st.just("often"), st.just("seldom"))
    assert find(drawn, lambda _: True) == "often"
    assert find(drawn, lambda one: one == "seldom") == "seldom"


@pytest.mark.parametrize("revised", [pytest.param(False, marks=pytest.mark.long), True], ids=["first", "later"])
def test_both_judges_agree_on_anything_else(either):
    shop, contract, builder = either, either.contract, GeneratedCaseBuilder(either)
    names = [one.name for one in contract.parameters]
    values = {name: st.one_of(NASTY, ANYTHING) for name in names} | {"Filter": st.one_of(FILTERED, NASTY, ANYTHING)}
    known = st.sampled_from(shop.target.instances).flatmap(
        lambda one: st.sampled_from(one.images).map(
            lambda image: {"InstanceName": one.name, "ProductId": image.product_id, "PicName": image.pic_name}
        )
    )
    odd = st.fixed_dictionaries({}, optional=values)
    unknown = st.dictionaries(ANYTHING, ANYTHING, max_size=1).map(lambda one: encode_parameters(contract, one))

    @MANY
    @given(known, odd, unknown)
    def holds(plain, changes, further):
        agreed(builder, SignatureScheme.V3, {**plain, **changes, **further}, GENERATED_INVALID)

    holds()


@pytest.mark.long
def test_both_judges_agree_on_a_generic_instance(shop):
    generic = next(one for one in shop.target.instances if one.type is InstanceType.GENERIC)
    target = evolve(shop.target, instances=(generic,))
    other = CaseBuilder(shop.contract, target, evolve(shop.survey, images=generic.images))
    builder = GeneratedCaseBuilder(other)

    @settings(MANY, max_examples=200)
    @given(source_strategies(other)[GENERATED_INVALID])
    def holds(parameters):
        agreed(builder, SignatureScheme.V3, parameters, GENERATED_INVALID)

    holds()


@pytest.mark.parametrize("odd", ["\ud800", "a\udcff"])
def test_lone_surrogates_are_never_sent(shop, odd):
    for name in ("PicName", "Filter", odd):
        assert (
            GeneratedCaseBuilder(shop).build_case({**dict(shop.request().parameters), name: f"x{odd}"}, GENERATED_VALID)
            is None
        )
    assert not is_encodable({"a": odd})


@pytest.mark.parametrize(
    ("value", "said"),
    [("a", "a"), (1, "1"), (1.5, "1.5"), (True, "true"), (None, "null"), ([1], None), ({"a": 1}, None)],
)
def test_a_form_carries_scalars_only(value, said):
    assert encode_value(value) == said


@pytest.mark.parametrize(
    "name", ["Action", "action", "x-acs-action", "Signature", "num", "Product-Id", "SecurityToken"]
)
def test_what_could_be_taken_for_something_else_is_not_sent(contract, name):
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
def test_what_a_request_is_taken_for(shop, changes, requirement, violations, success):
    case = GeneratedCaseBuilder(shop).build_case({**dict(shop.request().parameters), **changes}, GENERATED_VALID)
    assert case.requirements == (requirement,)
    assert {str(one) for one in case.violations} == violations
    # A code of the right rule is always among what is accepted, a success where the page allows one.
    assert (case.expectation.success is not None) is success
    accepted = {(one.status, one.code) for one in case.expectation.acceptances}
    assert all(
        (one.status, one.code) in accepted for each in case.violations for one in shop.contract.error_acceptances(each)
    )


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
def test_what_a_request_of_the_later_revision_is_taken_for(later_shop, changes, requirement, violations, success):
    test_what_a_request_is_taken_for(later_shop, changes, requirement, violations, success)


@pytest.mark.parametrize(
    "text",
    ["int_attr in [1,3]", "int_attr IN (1)", "int_attr not in 1, 2", "int_attr in ()",
    'str_attr in ("a", )', "intAttr=1",
     'strAttr4 NOT IN {"a"}', "int_attrnot in (1)", 'str_attr notin ("a")', "int_attr=1 and int_attr in [2]"],
)  # fmt: skip
def test_what_resembles_a_notation_that_is_left_open_is_not_judged(shop, later_shop, text):
    plain = dict(later_shop.request().parameters)
    assert GeneratedCaseBuilder(later_shop).build_case({**plain, "Filter": text}, GENERATED_VALID) is None
    assert GeneratedCaseBuilder(shop).build_case({**plain, "Filter": text}, GENERATED_VALID).requirements == (
        "filter.format",
    )


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
def test_what_a_filter_is_compared_for(later_shop, text, requirement):
    case = GeneratedCaseBuilder(later_shop).build_case(
        {**dict(later_shop.request().parameters), "Filter": text}, GENERATED_FILTERS
    )
    assert case.requirements == (requirement,)
    assert (case.relation is Relation.FILTERED) is (requirement != "generated.open")


@pytest.mark.parametrize("name", ["DistinctProductId", "ScoreThreshold", "Num"])
def test_a_filter_beside_something_else_is_compared_with_no_ranking(later_shop, name):
    given = {"Filter": "int_attr=1", name: example_value(later_shop.contract.parameter(name))}
    case = GeneratedCaseBuilder(later_shop).build_case(
        {**dict(later_shop.request().parameters), **given}, GENERATED_FILTERS
    )
    assert (case.requirements, case.relation) == (("generated.valid",), None)


def test_what_cannot_be_told_is_not_judged(shop):
    plain = dict(shop.request().parameters)
    assert (
        GeneratedCaseBuilder(shop).build_case({**plain, "Filter": "int_attr=1and int_attr=2"}, GENERATED_VALID) is None
    )


def test_an_id_says_what_is_sent_and_nothing_else(shop):
    builder, plain = GeneratedCaseBuilder(shop), dict(shop.request().parameters)
    one, again = (
        builder.build_case({**plain, "Num": "7"}, source).id for source in (GENERATED_VALID, GENERATED_INVALID)
    )
    assert one == again
    assert one.startswith("generated.valid/generated-")
    assert builder.build_case({**plain, "Num": "8"}, GENERATED_VALID).id != one
