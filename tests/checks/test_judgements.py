"""From exchanges to a judgement: which of them are judged at all, and what is kept of what they show."""

import pytest
from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.security import security_cases
from imagesearch_conformance.checks.judge import NotJudged, judge
from imagesearch_conformance.model.case import Authentication, Identity, Probe, Tampering
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Capabilities, Credentials, SignatureScheme
from imagesearch_conformance.transport.request_encoder import RequestEncoder

from .conftest import NOW

REPLAY = "authentication.replay"


@pytest.fixture
def signing(target):
    """The target where requests are signed."""
    keys = (Credentials("own", "secret"), Credentials("other", "another secret"))
    claims = Capabilities(authentication=True)
    signature = SignatureScheme.V3
    return evolve(
        target, signature=signature, credentials=keys[0], unauthorized_credentials=keys[1], capabilities=claims
    )


@pytest.fixture
def signed(contract, signing):
    """The cases about signatures by their id, and one that is signed rightly."""
    shop = CaseBuilder(contract, signing, Survey.from_target(signing))
    cases = {one.id: one for one in security_cases(shop)}
    return cases | {"right": shop.success_case("request.minimal/first", "minimal", shop.request())}


@pytest.fixture
def judged(contract, signing, exchange):
    """How a case is judged of which the requests were signed like this and answered like that."""

    def look(case, *pairs):
        exchanges = []
        for index, (authentication, reply, status) in enumerate(pairs):
            probe = Probe(case.probes[index].request, authentication)
            request = RequestEncoder(contract, signing).encode(probe, NOW, "nonce")
            exchanges.append(evolve(exchange(case, reply, status, index), request=request))
        return judge(contract, signing, case, exchanges)

    return look


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
def test_a_signature_that_is_wrong_as_it_was_meant_is_judged(signed, judged, sample, case, authentication):
    found = judged(signed[case], (authentication, sample, 200))
    assert {one.requirement for one in found.findings} == {case.partition("/")[0]} - {"right"}


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
def test_a_signature_that_shows_anything_else_is_not(  # noqa: PLR0913, PLR0917 what a row says
    signed, judged, sample, case, authentication, shown, meant
):
    found = judged(signed[case], (authentication, sample, 200))
    assert found == NotJudged(f"the signature sent shows {shown}, and {meant} was meant")


@pytest.fixture
def refused(contract, signed):
    """A reply that refuses a nonce that was used before."""
    accepted = signed[f"{REPLAY}/twice"].expectation.acceptances[0]
    row = contract.errors.find(accepted.code)
    return {"Code": row.code, "Message": row.message, "RequestId": "8906582E-6722-4C4E-93E9-3B8A1B2F0B6D"}, row.status


def test_a_nonce_used_twice_is_seen_in_no_single_request(signed, judged, sample, refused):
    once, again = (Authentication(), sample, 200), (Authentication(), *refused)
    right = judged(signed[f"{REPLAY}/twice"], once, again)
    assert [one for one in right.findings if one.requirement == REPLAY] == []
    assert REPLAY in right.exercised
    wrong = judged(signed[f"{REPLAY}/twice"], once, once)
    assert [(one.requirement, one.exchange_index) for one in wrong.findings] == [(REPLAY, 1)]
    thrice = evolve(signed[f"{REPLAY}/twice"], probes=signed[f"{REPLAY}/twice"].probes[:1] * 3)
    assert REPLAY not in {one.requirement for one in judged(thrice, once, once, again).findings}
    strange = judged(signed[f"{REPLAY}/twice"], once, (STRANGE_KEY, *refused))
    assert strange == NotJudged("the signature sent shows stranger, and no violation was meant")


def test_a_nonce_whose_first_use_was_refused_tells_nothing(signed, judged, sample, refused):
    once, never = (Authentication(), sample, 200), (Authentication(), *refused)
    case = signed[f"{REPLAY}/twice"]
    for answers in ((never, never), (never, once), (once, never, never)):
        asked = evolve(case, probes=case.probes[:1] * len(answers))
        assert isinstance(judged(asked, *answers), NotJudged)


@pytest.fixture
def twice(contract, target, shop, exchange):
    """Judges the replies to a request that is sent twice, for a relation."""

    def look(relation, *replies, ruled=contract):
        case = shop.success_case("request.minimal/first", "minimal", shop.request())
        case = evolve(case, probes=case.probes * len(replies), relation=relation)
        return judge(ruled, target, case, [exchange(case, one, index=at) for at, one in enumerate(replies)])

    return look


def of(name, judgement):
    """Where a requirement is departed from: the exchange and the place in it."""
    return [(one.exchange_index, one.where) for one in judgement.findings if one.requirement == name]


def test_the_first_three_departures_of_a_kind_are_kept_of_each_exchange(twice, sample):
    entry = {name: value for name, value in sample["Auctions"][0].items() if name != "Score"}
    reply = sample | {"Auctions": [entry | {"PicName": str(number)} for number in range(5)]}
    kept = of("response.auctions.score.present", twice(Relation.SAME_ENTRIES, reply, reply))
    assert kept == [(exchange, f"/Auctions/{place}") for exchange in (0, 1) for place in (0, 1, 2)]


def test_what_the_register_does_not_have_is_not_judged(twice, contract, sample):
    del sample["Msg"], sample["Code"]
    entries = {name: one for name, one in contract.requirements.items() if name != "response.msg.present"}
    judgement = twice(None, sample, ruled=evolve(contract, requirements=entries))
    assert [one.requirement for one in judgement.findings] == ["response.code.present"]
    assert "response.code.present" in judgement.exercised
    assert "response.msg.present" not in judgement.exercised
    assert "response.msg.present" in twice(None, sample).exercised


@pytest.mark.parametrize(
    ("relation", "told"),
    [(Relation.FINDS_ITSELF, False), (Relation.DISTINGUISHABLE, False), (Relation.SAME_ENTRIES, True), (None, True)],
)
def test_an_image_that_does_not_find_itself_is_told_by_the_case_for_that_alone(twice, sample, relation, told):
    sample["Auctions"][0]["PicName"] = "other"
    judgement = twice(relation, sample, sample)
    assert of("ranking.found", judgement) == ([(0, "/Auctions/0"), (1, "/Auctions/0")] if told else [])
    assert ("ranking.found" in judgement.exercised) is told


def test_a_success_alone_says_nothing_of_what_replies_are_compared_for(twice, sample):
    unlisted = {name: value for name, value in sample.items() if name not in {"Auctions", "Head"}}
    assert "request.minimal" not in twice(Relation.SAME_ENTRIES, sample, unlisted).exercised
    assert "request.minimal" in twice(None, sample, unlisted).exercised
    assert "request.minimal" in twice(Relation.SAME_ENTRIES, sample, sample).exercised
