import pytest
from fnmatch import fnmatchcase
from . import sending, signing, returning, behaving
from .steps import DEFECTS, Client
CORE=("request.minimal/first","request.full","decoding.full","decoding.minimal","decoding.empty","num.maximum/at","categoryid.optional","error.InvalidInstance.status","error.NetworkException.status","error.gateway/Throttling*","wire.nonascii/mixed","malformed.html","malformed.bom")
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d:d.name)
def test_named(defect, gates, blamed):
    record=gates.record(defect.client,(*CORE,*defect.plays),defect.patience)
    found=blamed(record)
    assert set(defect.names)<=found
    assert [f for f in sorted(found-set(defect.names)) if not any(fnmatchcase(f,p) for p in defect.also)]==[]
def test_whole(gates, blamed):
    assert blamed(gates.record(Client))==set()
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d:d.name)
def test_long(defect, gates, blamed):
    record=gates.record(defect.client,(),defect.patience)
    found=blamed(record)
    assert set(defect.names)<=found
    assert [f for f in sorted(found-set(defect.names)) if not any(fnmatchcase(f,p) for p in defect.also)]==[]
    unused=[p for p in defect.also if not any(fnmatchcase(f,p) for f in found)]
    assert unused==[]
