"""Judge the exchanges of a case: preconditions, and limits of findings."""

import pytest
from attrs import evolve

from imagesearch_conformance.cases.capabilities import security_cases
from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.checks.judge import NotJudged, judge
from imagesearch_conformance.model.case import Authentication, Identity, Probe, Tampering
from imagesearch_conformance.model.expectation import Relation
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Capabilities, Credentials, SignatureScheme
from imagesearch_conformance.transport.request_encoder import RequestEncoder

from .conftest import NOW

REPLAY = "authentication.replay"


@pytest.fixture
def signing_target(target):
    """A target with signed requests."""
    keys = (Credentials("own", "secret"), Credentials("other", "another secret"))
    claims = Capabilities(authentication=True)
    signature = SignatureScheme.V3
    return evolve(
        target, signature=signature, credentials=keys[0], unauthorized_credentials=keys[1], capabilities=claims
    )


@pytest.fixture
def signature_cases(contract, signing_target):
    """The cases about signatures by id, and a valid one."""
    shop = CaseBuilder(contract, signing_target, Survey.from_target(signing_target))
    cases = {case.id: case for case in security_cases(shop)}
    return cases | {"right": shop.success_case("request.minimal/first", "minimal", shop.request())}


@pytest.fixture
def judge_signed(contract, signing_target, build_exchange):
    """Judge a case from triples of authentication, response and status."""

    def run(case, *pairs):
        exchanges = []
        for index, (authentication, response, status) in enumerate(pairs):
            probe = Probe(case.probes[index].request, authentication)
            request = RequestEncoder(contract, signing_target).encode(probe, NOW, "nonce")
            exchanges.append(evolve(build_exchange(case, response, status, index), request=request))
        return judge(contract, signing_target, case, exchanges)

    return run


NO_KEY, STRANGE_KEY, WRONG_SECRET = map(Authentication, (Identity.UNSIGNED, Identity.STRANGER, Identity.IMPOSTOR))
LATE, CHANGED = Authentication(skew=-100_000), Authentication(tampering=Tampering.BODY)


@pytest.mark.parametrize(
    ("case", "authentication"),
    [
        ("right", Authentication()),
        ("authentication.unsigned/no-signature", NO_KEY),
        ("authentication.stranger/unknown-key", STRANGE_KEY),
        ("authentication.impostor/wrong-secret", WRONG_SECRET),
        ("authentication.body/changed", CHANGED),
        ("authentication.expired/past", LATE),
    ],
)
def test_an_intended_signature_defect_is_judged(signature_cases, judge_signed, sample, case, authentication):
    found = judge_signed(signature_cases[case], (authentication, sample, 200))
    assert {finding.requirement for finding in found.findings} == {case.partition("/")[0]} - {"right"}


@pytest.mark.parametrize(
    ("case", "authentication", "shown", "meant"),
    [
        ("right", STRANGE_KEY, "stranger", "no violation"),
        ("right", CHANGED, "body and impostor and query", "no violation"),
        ("authentication.impostor/wrong-secret", Authentication(), "no violation", "impostor"),
        ("authentication.impostor/wrong-secret", STRANGE_KEY, "stranger", "impostor"),
        ("authentication.expired/past", WRONG_SECRET, "body and impostor and query", "expired"),
    ],
)
def test_an_unintended_signature_defect_is_not_judged(  # noqa: PLR0913, PLR0917 what a row says
    signature_cases, judge_signed, sample, case, authentication, shown, meant
):
    found = judge_signed(signature_cases[case], (authentication, sample, 200))
    assert found == NotJudged(f"signature self-check failed: expected {meant}, the bytes sent show {shown}")


@pytest.fixture
def replay_error(contract, signature_cases):
    """The documented error response for a replayed nonce, and its status."""
    accepted = signature_cases[f"{REPLAY}/twice"].expectation.acceptances[0]
    row = contract.errors.find(accepted.code)
    return {"Code": row.code, "Message": row.message, "RequestId": "8906582E-6722-4C4E-93E9-3B8A1B2F0B6D"}, row.status


def test_a_replayed_nonce_is_judged_by_the_last_response(signature_cases, judge_signed, sample, replay_error):
    once, again = (Authentication(), sample, 200), (Authentication(), *replay_error)
    right = judge_signed(signature_cases[f"{REPLAY}/twice"], once, again)
    assert [finding for finding in right.findings if finding.requirement == REPLAY] == []
    assert REPLAY in right.exercised
    wrong = judge_signed(signature_cases[f"{REPLAY}/twice"], once, once)
    assert [(finding.requirement, finding.exchange_index) for finding in wrong.findings] == [(REPLAY, 1)]
    thrice = evolve(signature_cases[f"{REPLAY}/twice"], probes=signature_cases[f"{REPLAY}/twice"].probes[:1] * 3)
    assert REPLAY not in {finding.requirement for finding in judge_signed(thrice, once, once, again).findings}
    strange = judge_signed(signature_cases[f"{REPLAY}/twice"], once, (STRANGE_KEY, *replay_error))
    assert strange == NotJudged("signature self-check failed: expected no violation, the bytes sent show stranger")


def test_a_replay_is_not_judged_if_the_first_request_was_rejected(signature_cases, judge_signed, sample, replay_error):
    once, never = (Authentication(), sample, 200), (Authentication(), *replay_error)
    case = signature_cases[f"{REPLAY}/twice"]
    for answers in ((never, never), (never, once), (once, never, never)):
        asked = evolve(case, probes=case.probes[:1] * len(answers))
        assert isinstance(judge_signed(asked, *answers), NotJudged)


@pytest.fixture
def judge_repeated(contract, target, builder, build_exchange):
    """Judge a relation between the responses to a repeated request."""

    def run(relation, *responses, ruled=contract):
        case = builder.success_case("request.minimal/first", "minimal", builder.request())
        case = evolve(case, probes=case.probes * len(responses), relation=relation)
        return judge(
            ruled, target, case, [build_exchange(case, response, index=at) for at, response in enumerate(responses)]
        )

    return run


def find_places(name, judgement):
    """The exchange and the place of each finding of a requirement."""
    return [(finding.exchange_index, finding.where) for finding in judgement.findings if finding.requirement == name]


def test_findings_are_limited_to_three_per_requirement_and_exchange(judge_repeated, sample):
    entry = {name: value for name, value in sample["Auctions"][0].items() if name != "Score"}
    response = sample | {"Auctions": [entry | {"PicName": str(number)} for number in range(5)]}
    kept = find_places("response.auctions.score.present", judge_repeated(Relation.SAME_ENTRIES, response, response))
    assert kept == [(exchange, f"/Auctions/{place}") for exchange in (0, 1) for place in (0, 1, 2)]


def test_requirements_missing_from_the_register_are_not_judged(judge_repeated, contract, sample):
    del sample["Msg"], sample["Code"]
    entries = {
        name: requirement for name, requirement in contract.requirements.items() if name != "response.msg.present"
    }
    judgement = judge_repeated(None, sample, ruled=evolve(contract, requirements=entries))
    assert [finding.requirement for finding in judgement.findings] == ["response.code.present"]
    assert "response.code.present" in judgement.exercised
    assert "response.msg.present" not in judgement.exercised
    assert "response.msg.present" in judge_repeated(None, sample).exercised


@pytest.mark.parametrize(
    ("relation", "told"),
    [(Relation.FINDS_ITSELF, False), (Relation.DISTINGUISHABLE, False), (Relation.SAME_ENTRIES, True), (None, True)],
)
def test_cases_about_image_identity_exclude_the_ranking_requirements(judge_repeated, sample, relation, told):
    sample["Auctions"][0]["PicName"] = "other"
    judgement = judge_repeated(relation, sample, sample)
    assert find_places("ranking.found", judgement) == ([(0, "/Auctions/0"), (1, "/Auctions/0")] if told else [])
    assert ("ranking.found" in judgement.exercised) is told


def test_success_alone_does_not_exercise_a_relation(judge_repeated, sample):
    unlisted = {name: value for name, value in sample.items() if name not in {"Auctions", "Head"}}
    assert "request.minimal" not in judge_repeated(Relation.SAME_ENTRIES, sample, unlisted).exercised
    assert "request.minimal" in judge_repeated(None, sample, unlisted).exercised
    assert "request.minimal" in judge_repeated(Relation.SAME_ENTRIES, sample, sample).exercised
