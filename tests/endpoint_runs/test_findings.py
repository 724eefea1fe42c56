"""What a finding of a relation says."""

from imagesearch_conformance.emulator import EmulatorSettings


def test_a_finding_of_a_relation_names_the_entry_and_what_was_due(certified):
    record = certified(EmulatorSettings(qps=None, faults=("filter-greater-inclusive",)))
    result = next(one for one in record.cases if one.case.id == "filter.int_attr.greater/at")
    (finding,) = result.judgement.findings
    assert finding.message.startswith("int_attr>")
    assert finding.message.endswith("an entry does not satisfy the filter")
    assert "'int_attr':" in finding.actual
    assert result.attempts == 2
