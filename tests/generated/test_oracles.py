"""Two judges of the same request, one by JSON Schema and one by its bytes: they never disagree."""

from datetime import UTC, datetime

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imagesearch_conformance.cases.fuzz.building import Builder
from imagesearch_conformance.cases.fuzz.sources import sources
from imagesearch_conformance.cases.fuzz.wire import sendable, text, wire
from imagesearch_conformance.cases.generated import FILTERS, INVALID, VALID
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.checks.rules import broken_rules
from imagesearch_conformance.checks.sent import read_sent
from imagesearch_conformance.checks.signature import signature_defects
from imagesearch_conformance.model.target import InstanceType, SignatureScheme
from imagesearch_conformance.transport.outgoing import Envelope

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

#: Fewer by default than were tried before; HYPOTHESIS profiles and `--hypothesis-seed` vary them.
MANY = settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))

ANYTHING = st.text(st.characters(), max_size=30)
NASTY = st.sampled_from(
    ["", " ", "\0", "\r\n", "\ud800", "é", "\U0001f600", "0", "-0", "007", "+5", " 5", "5 ", "5.", "5.0", "5.5", "1e1",
     "0x1", "9" * 6000, "-" + "9" * 6000, "0" * 5000 + "5", "\u0661", "5\n", "5\x1c", "5\u00a0", "a" * 5000, "&=+%20"]
)  # fmt: skip
FILTERED = st.sampled_from(
    ["int_attr=1 and int_attr=2", "int_attr=1and int_attr=2", "int_attr=1AND int_attr=2", "(int_attr=1)",
     'str_attr="a"and int_attr=1', 'str_attr="x and y"', "int_attr = 1", "int_attr=1 oR(int_attr=2)", "and int_attr=1",
     "int_attr=" + "9" * 200, "(" * 200 + "int_attr=1", "int_attr=1\nAND int_attr=2", 'str_attr="\0"', "AND", '"']
)  # fmt: skip


def agreed(builder, scheme, given_parameters, source):
    """Whether both judges see the same in a request; what cannot be told is not asked about."""
    case = builder.case(given_parameters, source)
    if case is None:
        return
    shop = builder.shop
    styled = evolve(shop.target, signature=scheme)
    request = Envelope(shop.contract, styled).outgoing(case.probes[-1], NOW, "a-nonce")
    assert broken_rules(shop.contract, styled, read_sent(shop.contract, request)) == case.violations
    assert not signature_defects(shop.contract, styled, request, NOW)


@pytest.fixture(scope="session")
def strategies(shop):
    return sources(shop)


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.V2])
@pytest.mark.parametrize("source", [VALID, INVALID, FILTERS])
def test_both_judges_agree_on_what_the_sources_yield(shop, strategies, source, scheme):
    builder = Builder(shop)

    @MANY
    @given(strategies[source])
    def holds(parameters):
        agreed(builder, scheme, parameters, source)

    holds()


def test_both_judges_agree_on_anything_else(shop, contract):
    builder = Builder(shop)
    names = [one.name for one in contract.parameters]
    values = {name: st.one_of(NASTY, ANYTHING) for name in names} | {"Filter": st.one_of(FILTERED, NASTY, ANYTHING)}
    known = st.sampled_from(shop.target.instances).flatmap(
        lambda one: st.sampled_from(one.images).map(
            lambda image: {"InstanceName": one.name, "ProductId": image.product_id, "PicName": image.pic_name}
        )
    )
    odd = st.fixed_dictionaries({}, optional=values)
    unknown = st.dictionaries(ANYTHING, ANYTHING, max_size=1).map(lambda one: wire(contract, one))

    @MANY
    @given(known, odd, unknown)
    def holds(plain, changes, further):
        agreed(builder, SignatureScheme.V3, {**plain, **changes, **further}, INVALID)

    holds()


def test_both_judges_agree_on_a_generic_instance(shop):
    generic = next(one for one in shop.target.instances if one.type is InstanceType.GENERIC)
    target = evolve(shop.target, instances=(generic,))
    other = Workshop(shop.contract, target, evolve(shop.survey, images=generic.images))
    builder = Builder(other)

    @settings(MANY, max_examples=200)
    @given(sources(other)[INVALID])
    def holds(parameters):
        agreed(builder, SignatureScheme.V3, parameters, INVALID)

    holds()


@pytest.mark.parametrize("odd", ["\ud800", "a\udcff"])
def test_lone_surrogates_are_never_sent(shop, odd):
    for name in ("PicName", "Filter", odd):
        assert Builder(shop).case({**dict(shop.request().parameters), name: f"x{odd}"}, VALID) is None
    assert not sendable({"a": odd})


@pytest.mark.parametrize(
    ("value", "said"),
    [("a", "a"), (1, "1"), (1.5, "1.5"), (True, "true"), (None, "null"), ([1], None), ({"a": 1}, None)],
)
def test_a_form_carries_scalars_only(value, said):
    assert text(value) == said


@pytest.mark.parametrize(
    "name", ["Action", "action", "x-acs-action", "Signature", "num", "Product-Id", "SecurityToken"]
)
def test_what_could_be_taken_for_something_else_is_not_sent(contract, name):
    assert wire(contract, {name: "1", "Num": 2}) == {"Num": "2"}


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
    case = Builder(shop).case({**dict(shop.request().parameters), **changes}, VALID)
    assert case.requirements == (requirement,)
    assert {str(one) for one in case.violations} == violations
    # A code of the right rule is always among what is accepted, a success where the page allows one.
    assert (case.expectation.success is not None) is success
    accepted = {(one.status, one.code) for one in case.expectation.acceptances}
    assert all((one.status, one.code) in accepted for each in case.violations for one in shop.contract.refusals(each))


def test_what_cannot_be_told_is_not_judged(shop):
    plain = dict(shop.request().parameters)
    assert Builder(shop).case({**plain, "Filter": "int_attr=1and int_attr=2"}, VALID) is None


def test_an_id_says_what_is_sent_and_nothing_else(shop):
    builder, plain = Builder(shop), dict(shop.request().parameters)
    one, again = (builder.case({**plain, "Num": "7"}, source).id for source in (VALID, INVALID))
    assert one == again
    assert one.startswith("generated.valid/generated-")
    assert builder.case({**plain, "Num": "8"}, VALID).id != one
