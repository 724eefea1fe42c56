"""Data sets that nobody has seen: whatever an honest endpoint holds, it is certified."""

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.emulator.behaviour import Behaviour, CounterMeaning
from imagesearch_conformance.model.outcome import Outcome, Verdict

from .small_data import small

INTEGERS = st.sampled_from([0, 1, -1, 7, 2**31 - 1, -(2**31)]) | st.integers(-(2**31), 2**31 - 1)
TEXTS = st.sampled_from(["", "a", "A", "a b", " a", "a ", "a_", "图案", "value1"]) | st.text(
    st.characters(codec="utf-8", exclude_characters='"\\¥$&%', exclude_categories=["Cc", "Cs"]), max_size=12
)
#: A few values shared by many images, so that conditions keep more than one.
POOLS = st.tuples(st.lists(INTEGERS, min_size=1, max_size=6), st.lists(TEXTS, min_size=1, max_size=5))
BEHAVIOURS = st.builds(
    Behaviour,
    counters=st.sampled_from(list(CounterMeaning)),
    keywords_in_any_case=st.booleans(),
    parentheses=st.booleans(),
    absent_as_blank=st.booleans(),
)


@st.composite
def data_sets(draw):
    integers, texts = draw(POOLS)
    size = draw(st.sampled_from([1, 2, 7, 30, 99, 100, 101, 260, 620]))
    lack = draw(st.tuples(st.integers(0, 5), st.integers(0, 5)))
    random = draw(st.randoms(use_true_random=False))

    def attributes():
        chosen = {"IntAttr": random.choice(integers), "StrAttr": random.choice(texts)}
        return {
            name: value
            for (name, value), share in zip(chosen.items(), lack, strict=True)
            if random.randrange(6) >= share
        }

    return [attributes() for _ in range(size)]


@pytest.mark.long
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attributes=data_sets(), behaviour=BEHAVIOURS)
def test_whatever_an_honest_endpoint_holds_it_is_certified(certified, contract, attributes, behaviour):
    made = small(contract, attributes)
    record = certified(EmulatorSettings(qps=None, behaviour=behaviour), adapt=made.describe, data=made.store)
    flagged = [
        (one.requirement.id, one.outcome, one.reason)
        for one in record.requirements
        if one.outcome in {Outcome.FAILED, Outcome.ERRORED, Outcome.WARNED}
    ]
    assert flagged == []
    assert record.verdict is Verdict.CONFORMANT
