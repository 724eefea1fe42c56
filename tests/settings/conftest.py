"""A profile that is right, to be made wrong in one place."""

import copy

import pytest
import tomli_w

from imagesearch_conformance.settings.profile import read_profile
from imagesearch_conformance.settings.target import target_from_profile

RIGHT = {
    "target": {
        "endpoint": "http://127.0.0.1:8080",
        "instance_name": "demo",
        "instance_type": "product",
        "qps": 5,
        "images": [{"product_id": "p", "pic_name": "p.jpg"}],
    },
    "credentials": {
        "access_key_id": "some-id",
        "access_key_secret": "some-secret",
        "unauthorized": {"access_key_id": "weak-id", "access_key_secret": "weak-secret"},
    },
    "instances": [{"instance_name": "other", "instance_type": "generic", "product_id": "g", "pic_name": "g.jpg"}],
    "capabilities": {"authentication": True, "throttling_qps": 5, "fault_header": "X-Fault"},
    "run": {"level": "should", "jobs": 2},
}


@pytest.fixture
def tables():
    return copy.deepcopy(RIGHT)


@pytest.fixture
def written(tmp_path):
    """Writes a profile, given as tables or as text."""
    path = tmp_path / "target.toml"

    def write(profile):
        path.write_text(profile if isinstance(profile, str) else tomli_w.dumps(profile), encoding="utf-8")
        return path

    return write


@pytest.fixture
def reading(contract, written):
    """Reads a profile from a file, in an environment."""

    def read(profile, **environment):
        return read_profile(written(profile), contract, environment)

    return read


@pytest.fixture
def targeting(reading):
    """The target of a profile, in an environment."""

    def target(profile, endpoint=None, **environment):
        return target_from_profile(reading(profile, **environment), endpoint, "target.toml", environment)

    return target
