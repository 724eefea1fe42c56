"""Finished runs, each made once and copied for whoever changes it, and keys to sign with."""

import shutil

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from .certified import FAULT, SELECTED

#: Directories of runs, by what is wrong with the emulator; made once a process.
_MADE = {}


@pytest.fixture
def ran(command, emulating, tmp_path, tmp_path_factory):
    """A copy of the reports of a run against an emulator with faults, in a directory of one's own."""

    def run(*faults):
        if faults not in _MADE:
            words = [word for one in SELECTED for word in ("--select", one)]
            with emulating(*faults) as profile:
                made = tmp_path_factory.mktemp("made") / "out"
                said = command("run", "--profile", profile, "--reports", made, "--quiet", *words)
                assert said.code == (1 if faults else 0)
            _MADE[faults] = made
        return shutil.copytree(_MADE[faults], tmp_path / "out")

    return run


@pytest.fixture
def clean(ran):
    return ran()


@pytest.fixture
def faulty(ran):
    return ran(FAULT)


@pytest.fixture
def keys(tmp_path):
    """A private and a public key in files, made anew."""

    def made(name, key=None, encryption=None):
        key = key or ed25519.Ed25519PrivateKey.generate()
        private, public = tmp_path / f"{name}.pem", tmp_path / f"{name}.pub"
        encoding, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        private.write_bytes(key.private_bytes(encoding, pkcs8, encryption or serialization.NoEncryption()))
        public.write_bytes(key.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo))
        return private, public

    return made
