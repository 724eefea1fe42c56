"""Random data sets: a correct endpoint conforms, whatever it holds."""

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.emulator.settings import Behaviour, CounterMeaning
from imagesearch_conformance.model.finding import Outcome, Verdict

from .small_data import small_data_set

INTEGERS = st.sampled_from([0, 1, -1, 7, 2**31 - 1, -(2**31)]) | st.integers(-(2**31), 2**31 - 1)
TEXTS = st.sampled_from(["", "a", "A", "a b", " a", "a ", "a_", "图案", "value1"]) | st.text(
    st.characters(codec="utf-8", exclude_characters='"\\¥$&%', exclude_categories=["Cc", "Cs"]), max_size=12
)
#: A few values that many images share, so that filters match more than one.
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
    missing_sixths = draw(st.tuples(st.integers(0, 5), st.integers(0, 5)))
    random = draw(st.randoms(use_true_random=False))

    def attributes():
        values = {"IntAttr": random.choice(integers), "StrAttr": random.choice(texts)}
        return {
            name: value
            for (name, value), missing in zip(values.items(), missing_sixths, strict=True)
            if random.randrange(6) >= missing
        }

    return [attributes() for _ in range(size)]


@pytest.mark.long
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attributes=data_sets(), behaviour=BEHAVIOURS)
def test_a_correct_endpoint_conforms_whatever_it_holds(run_suite, contract, attributes, behaviour):
    data = small_data_set(contract, attributes)
    record = run_suite(EmulatorSettings(qps=None, behaviour=behaviour), adapt=data.adapt, data=data.store)
    flagged = [
        (result.requirement.id, result.outcome, result.reason)
        for result in record.requirements
        if result.outcome in {Outcome.FAILED, Outcome.ERRORED, Outcome.WARNED}
    ]
    assert flagged == []
    assert record.verdict is Verdict.CONFORMANT
