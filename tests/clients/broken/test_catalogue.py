"""Every broken client is told from the correct one, by the requirements that name its defect and by no others."""

from fnmatch import fnmatchcase

import pytest

from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.model.requirement import Level

from .catalogue import CATALOGUE
from .steps import Client

#: What every client plays; a defect that shows elsewhere adds its own.
CORE = (
    "request.minimal/first", "request.full", "num.maximum/at", "categoryid.optional", "wire.nonascii/mixed",
    "decoding.full", "decoding.minimal", "decoding.empty", "error.InvalidInstance.status",
    "error.NetworkException.status", "error.gateway/Throttling", "malformed.html", "malformed.bom",
)  # fmt: skip

#: Requirements that no client of the catalogue departs from, and why.
UNREACHED = {
    "adapter.flood": "a callable prints nothing; tests/cli/test_client.py has adapters that do",
    "adapter.output": "a callable prints nothing; tests/cli/test_client.py has adapters that do",
    "network.stalled": "every client would be waited for; tests/cli/test_client.py has an adapter that never gives up",
}

named = pytest.mark.parametrize("defect", CATALOGUE, ids=lambda one: one.name)


def unexpected(defect, found):
    """What a client is blamed for that neither names its defect nor follows from it."""
    return {
        one for one in found if one not in defect.names and not any(fnmatchcase(one, other) for other in defect.also)
    }


def check(defect, record, found):
    assert set(defect.names) <= found, defect.told
    assert unexpected(defect, found) == set(), defect.told
    assert (record.verdict is Verdict.NONCONFORMANT) is not defect.warns
    assert (record.stop_reason is not None) is defect.lost


def test_the_correct_client_departs_from_nothing(gates, blamed):
    record = gates.record(Client)
    assert blamed(record) == set()
    assert record.verdict is Verdict.CONFORMANT
    open_ones = {one.requirement.id for one in record.requirements if one.outcome is not Outcome.PASSED}
    assert open_ones == {"network.stalled"}  # which was not asked for


#: Every third one in every run, the others where there is more time.
some = pytest.mark.parametrize(
    "defect",
    [pytest.param(one, marks=pytest.mark.long if at % 3 else (), id=one.name) for at, one in enumerate(CATALOGUE)],
)


@some
def test_a_broken_client_is_blamed_for_its_defect(gates, blamed, defect):
    record = gates.record(defect.client, (*CORE, *defect.plays), defect.patience)
    check(defect, record, blamed(record))


@pytest.mark.long
@named
def test_no_other_scenario_blames_a_broken_client_for_more(gates, blamed, defect):
    record = gates.record(defect.client, timeout=defect.patience)
    found = blamed(record)
    check(defect, record, found)
    assert [one for one in defect.also if not any(fnmatchcase(name, one) for name in found)] == []


def test_a_field_that_is_lost_or_another_is_named(gates, blamed):
    """Each of `response.*.kept` and `response.*.type`, by a client that is wrong about that field alone."""
    wrong = {}
    for field in gates.contract.success_fields:
        key = f"response.{field.key}" + (".item" if field.path[-1] == "*" else "")
        for aspect, change in (("kept", lambda _: None), ("kept", _other_value), ("type", _other_type)):
            client = _changing(field.path, change)
            found = blamed(gates.record(client, ("decoding.full",)))
            if found != {f"{key}.{aspect}"}:
                wrong[key, aspect] = found
    assert wrong == {}


def _changing(path, change):
    class Changing(Client):
        def handed(self, status, body):
            return status, _changed(body, path, change)

    return Changing


def _changed(value, path, change):
    if not path:
        return change(value)
    first, *rest = path
    if first == "*":
        return [_changed(one, rest, change) for one in value]
    return {name: _changed(one, rest, change) if name == first else one for name, one in value.items()}


def _other_value(value):
    if isinstance(value, dict):
        return None
    return not value if isinstance(value, bool) else value[:-1] if isinstance(value, (str, list)) else value + 1


def _other_type(value):
    return 0 if isinstance(value, (str, list, dict)) else "0"


@pytest.mark.parametrize("aspect", ["status", "message"])
def test_a_code_that_is_told_wrongly_is_named(gates, blamed, aspect):
    """Each of `error.*.status` and `error.*.message`, by a client that is wrong about that code alone."""
    every = tuple(f"error.{row.code}.status" for row in gates.contract.errors.documented_rows)
    wrong = {}
    for row in gates.contract.errors.documented_rows[:: 1 if aspect == "status" else 5]:
        found = blamed(gates.record(_telling(row.code, aspect), every))
        if found != {f"error.{row.code}.{aspect}"}:
            wrong[row.code] = found
    assert wrong == {}


def _telling(code, aspect):
    class Telling(Client):
        def told(self, error):
            told = super().told(error)
            if told.code == code:
                object.__setattr__(told, aspect, 418 if aspect == "status" else "another")
            return told

    return Telling


def test_every_requirement_of_clients_is_named_by_a_broken_one(gates):
    contract = gates.contract
    fields = (f"response.{one.key}" + (".item" if one.path[-1] == "*" else "") for one in contract.success_fields)
    codes = (f"error.{row.code}" for row in contract.errors.documented_rows)
    named = {name for one in CATALOGUE for name in one.names}
    named |= {f"{field}.{aspect}" for field in fields for aspect in ("kept", "type")}
    named |= {f"{code}.{aspect}" for code in codes for aspect in ("status", "message")}
    assert set(contract.client_requirements) - named == set(UNREACHED)


def test_the_catalogue_says_what_it_has(gates):
    levels = {name: one.level for name, one in gates.contract.client_requirements.items()}
    assert len({one.name for one in CATALOGUE}) == len(CATALOGUE) >= 60
    for one in CATALOGUE:
        assert one.told.endswith("."), one.name
        assert set(one.names) <= set(levels), one.name
        if {levels[name] for name in one.names} == {Level.SHOULD}:
            assert one.warns, one.name
