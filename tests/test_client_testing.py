"""Client scenarios as tests with a callable."""

from unittest import SkipTest

import pytest

from imagesearch_conformance.adapters import plain
from imagesearch_conformance.client_testing import ApiError, ArgumentsRefused, ClientTestSession, scenario_ids
from imagesearch_conformance.errors import InvalidInput

#: A scenario of each kind; the tests of a client would use all of `scenario_ids()`.
CORE_SCENARIOS = (
    "request.full/examples",
    "num.maximum/above",
    "wire.nonascii/mixed",
    "decoding.empty/listed",
    "error.InvalidCategory.status/reported",
    "malformed.html/502",
    "redirect.credentials/302",
)


class Plain:
    """The plain client behind a callable; `change` modifies its parameters."""

    def __init__(self, endpoint, key, change=lambda parameters: parameters):
        self.client = plain.Client(endpoint, key.access_key_id, key.access_key_secret)
        self.change = change

    def __call__(self, parameters):
        try:
            return self.client.search(self.change(parameters))
        except plain.ApiError as problem:
            raise ApiError(problem.status, problem.code, problem.message, problem.request_id) from None
        except plain.ArgumentsRefused as problem:
            raise ArgumentsRefused(str(problem)) from None


@pytest.fixture(scope="module")
def session():
    with ClientTestSession(Plain) as session:
        yield session


@pytest.mark.parametrize("scenario", CORE_SCENARIOS)
def test_a_conforming_client_passes(session, scenario):
    session.check(scenario)


def test_ids_are_those_of_a_revision():
    assert set(CORE_SCENARIOS) < set(scenario_ids())
    assert "scorethreshold.pattern/above" in scenario_ids("2026-06")
    assert len(scenario_ids()) == len(set(scenario_ids()))


def test_a_failure_has_an_explanation():
    def clipped(parameters):
        return {**parameters, "Num": min(100, parameters["Num"])}

    with (
        ClientTestSession(lambda endpoint, key: Plain(endpoint, key, clipped)) as session,
        pytest.raises(AssertionError) as raised,
    ):
        session.check("num.maximum/above")
    for part in ("never lowers it", "(Request parameters / Num)", "num.maximum (must): ", "expected: 101", "Num=101"):
        assert part in str(raised.value)


def test_a_failure_does_not_show_the_secret():
    keys = []

    def make(_, key):
        keys.append(key.access_key_secret)
        return lambda _: {"Msg": key.access_key_secret}

    with ClientTestSession(make) as session, pytest.raises(AssertionError) as raised:
        session.check("request.minimal/first")
    assert keys[0] not in str(raised.value)


def test_a_scenario_that_does_not_apply_is_skipped():
    def make(endpoint, key):
        client = Plain(endpoint, key)
        client.client._signed_headers = _without_encodings(client.client._signed_headers)
        return client

    with ClientTestSession(make) as session, pytest.raises(SkipTest, match="accepts compressed responses"):
        session.check("decoding.gzip/whole")


def _without_encodings(headers):
    return lambda query, form: {**headers(query, form), "accept-encoding": "identity"}


def test_warnings_fail_only_at_their_level():
    def make(endpoint, key):
        search = Plain(endpoint, key)

        def searching(parameters):
            try:
                return search(parameters)
            except ApiError:
                raise
            except plain.UnreadableResponse:
                return 200, {}

        return searching

    with ClientTestSession(make) as lenient, ClientTestSession(make, level="should") as strict:
        lenient.check("malformed.html/200")
        with pytest.raises(AssertionError, match="unreadable response"):
            strict.check("malformed.html/200")


def test_invalid_usage(session):
    with pytest.raises(InvalidInput, match=r"unknown scenario 'num\.maximum/abvoe'"):
        session.check("num.maximum/abvoe")
    with pytest.raises(InvalidInput, match="`with` statement"):
        ClientTestSession(Plain).check("num.maximum/above")
