"""A valid profile, which tests make invalid in one place."""

import copy

import pytest
import tomli_w

from imagesearch_conformance.settings.target import read_profile, target_from_profile

VALID_PROFILE = {
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
    return copy.deepcopy(VALID_PROFILE)


@pytest.fixture
def write_profile(tmp_path):
    """A function that writes a profile, given as tables or as text."""
    path = tmp_path / "target.toml"

    def write(profile):
        path.write_text(profile if isinstance(profile, str) else tomli_w.dumps(profile), encoding="utf-8")
        return path

    return write


@pytest.fixture
def load_profile(contract, write_profile):
    """A function that loads a profile with an environment."""

    def read(profile, **environment):
        return read_profile(write_profile(profile), contract, environment)

    return read


@pytest.fixture
def make_target(load_profile):
    """A function that creates the target of a profile with an environment."""

    def target(profile, endpoint=None, **environment):
        return target_from_profile(load_profile(profile, **environment), endpoint, "target.toml", environment)

    return target
