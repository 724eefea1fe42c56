"""A burst in process: many threads ask at once, and each reply is of its own request."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs import evolve

from imagesearch_conformance.runner.survey import survey_probes
from imagesearch_conformance.selfcheck.subject import Kind, Subject
from imagesearch_conformance.selfcheck.trying import Bench


@pytest.fixture
def hasty():
    """Threads change places as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty")
def test_no_two_replies_of_a_burst_have_the_same_id():
    bench = Bench.of(None, "2023-09")
    subject = Subject(Kind.REFERENCE, "reference", "2023-09")
    with bench._in_process(subject, None) as dispatcher, ThreadPoolExecutor(8) as pool:
        probe = evolve(survey_probes(bench.contract, dispatcher.envelope.target)[0], fresh=True)
        made = list(pool.map(dispatcher.at_once, [probe] * 160))
    ids = {json.loads(one.reply.body)["RequestId"] for one in made}
    assert len(ids) == len(made)
