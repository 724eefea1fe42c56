"""Scenarios as tests of a suite of one's own, with a callable."""

from unittest import SkipTest

import pytest

from imagesearch_conformance.adapters import plain
from imagesearch_conformance.client_testing import ApiError, ArgumentsRefused, ClientTestSession, scenario_ids
from imagesearch_conformance.errors import InvalidInput

#: A scenario of each kind: what the tests of a client would parametrise with all of `scenario_ids()`.
SOME = (
    "request.full/examples",
    "num.maximum/above",
    "wire.nonascii/mixed",
    "decoding.empty/listed",
    "error.InvalidCategory.status/reported",
    "malformed.html/502",
    "redirect.credentials/302",
)


class Plain:
    """The plain client behind a callable; `changed` is what a test breaks of its parameters."""

    def __init__(self, endpoint, key, changed=lambda parameters: parameters):
        self.client = plain.Client(endpoint, key.access_key_id, key.access_key_secret)
        self.changed = changed

    def __call__(self, parameters):
        try:
            return self.client.search(self.changed(parameters))
        except plain.ApiError as problem:
            raise ApiError(problem.status, problem.code, problem.message, problem.request_id) from None
        except plain.ArgumentsRefused as problem:
            raise ArgumentsRefused(str(problem)) from None


@pytest.fixture(scope="module")
def rehearsal():
    with ClientTestSession(Plain) as playing:
        yield playing


@pytest.mark.parametrize("scenario", SOME)
def test_my_client(rehearsal, scenario):
    rehearsal.check(scenario)


def test_ids_are_those_of_a_revision():
    assert set(SOME) < set(scenario_ids())
    assert "scorethreshold.pattern/above" in scenario_ids("2026-06")
    assert len(scenario_ids()) == len(set(scenario_ids()))


def test_what_departs_is_explained():
    def clipped(parameters):
        return {**parameters, "Num": min(100, parameters["Num"])}

    with (
        ClientTestSession(lambda endpoint, key: Plain(endpoint, key, clipped)) as playing,
        pytest.raises(AssertionError) as raised,
    ):
        playing.check("num.maximum/above")
    for part in ("never lowers it", "(Request parameters / Num)", "num.maximum (must): ", "accepted: 101", "Num=101"):
        assert part in str(raised.value)


def test_the_secret_is_not_shown_where_a_client_shows_it():
    keys = []

    def make(_, key):
        keys.append(key.access_key_secret)
        return lambda _: {"Msg": key.access_key_secret}

    with ClientTestSession(make) as playing, pytest.raises(AssertionError) as raised:
        playing.check("request.minimal/first")
    assert keys[0] not in str(raised.value)


def test_what_does_not_apply_is_skipped():
    def make(endpoint, key):
        session = Plain(endpoint, key)
        session.client._signed_headers = _without_encodings(session.client._signed_headers)
        return session

    with ClientTestSession(make) as playing, pytest.raises(SkipTest, match="accepts compressed replies"):
        playing.check("decoding.gzip/whole")


def _without_encodings(headers):
    return lambda query, form: {**headers(query, form), "accept-encoding": "identity"}


def test_warnings_pass_unless_they_count():
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


def test_wrong_usage(rehearsal):
    with pytest.raises(InvalidInput, match=r"unknown scenario 'num\.maximum/abvoe'"):
        rehearsal.check("num.maximum/abvoe")
    with pytest.raises(InvalidInput, match="`with` statement"):
        ClientTestSession(Plain).check("num.maximum/above")
