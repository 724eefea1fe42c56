"""The same run again, with another number of jobs or another seed."""

import pytest

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.settings.options import Options

FAULTS = ((), ("filter-or-as-and", "pages-skip"), ("ranking-ascending",))


def verdict_and_results(record):
    """Everything that a run reports about the target, apart from the order."""
    cases = {
        result.case.id: (result.outcome, result.reason, result.judgement.findings, result.attempts)
        for result in record.cases
    }
    requirements = {result.requirement.id: (result.outcome, result.reason) for result in record.requirements}
    return record.verdict, requirements, cases


def cases(record):
    return [result.case for result in record.cases]


@pytest.mark.parametrize("faults", FAULTS, ids=lambda names: "+".join(names) or "none")
def test_the_number_of_jobs_changes_no_result(run_suite, faults):
    settings = EmulatorSettings(qps=None, faults=faults)
    sequential, parallel = (run_suite(settings, Options(jobs=jobs)) for jobs in (1, 8))
    assert verdict_and_results(sequential) == verdict_and_results(parallel)


def test_the_same_seed_builds_the_same_cases_and_another_seed_different_ones(run_suite):
    settings = EmulatorSettings(qps=None)
    first, again, other = (run_suite(settings, Options(jobs=1, seed=seed)) for seed in (3, 3, 4))
    assert cases(first) == cases(again)
    assert verdict_and_results(first) == verdict_and_results(again)
    assert cases(first) != cases(other)
    assert verdict_and_results(first)[:2] == verdict_and_results(other)[:2]
