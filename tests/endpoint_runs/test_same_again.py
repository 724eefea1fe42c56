"""The same run again, with another number of jobs or another seed."""

import pytest

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.settings.options import Options

FAULTS = ((), ("filter-or-as-and", "pages-skip"), ("ranking-ascending",))


def told(record):
    """Everything that a run says of the target, apart from the order in which it was learned."""
    cases = {one.case.id: (one.outcome, one.reason, one.judgement.findings, one.attempts) for one in record.cases}
    requirements = {one.requirement.id: (one.outcome, one.reason) for one in record.requirements}
    return record.verdict, requirements, cases


def made(record):
    return [one.case for one in record.cases]


@pytest.mark.parametrize("faults", FAULTS, ids=lambda names: "+".join(names) or "none")
def test_the_number_of_jobs_changes_nothing(certified, faults):
    settings = EmulatorSettings(qps=None, faults=faults)
    alone, together = (certified(settings, Options(jobs=jobs)) for jobs in (1, 8))
    assert told(alone) == told(together)


def test_the_same_seed_makes_the_same_cases_and_another_one_others(certified):
    settings = EmulatorSettings(qps=None)
    first, again, other = (certified(settings, Options(jobs=1, seed=seed)) for seed in (3, 3, 4))
    assert made(first) == made(again)
    assert told(first) == told(again)
    assert made(first) != made(other)
    assert told(first)[:2] == told(other)[:2]
