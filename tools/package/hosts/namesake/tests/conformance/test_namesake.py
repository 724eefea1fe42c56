from tests.conformance import OURS


def test_own():
    assert OURS
