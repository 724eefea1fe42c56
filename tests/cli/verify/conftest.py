"""Finished runs, each made once and copied for each test, and keys for signatures."""

import shutil

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from .certified_runs import FAULT, SELECTED

#: Directories of runs by the faults of the emulator, made once in a process.
_DIRECTORIES = {}


@pytest.fixture
def run_directory(command, emulating, tmp_path, tmp_path_factory):
    """Run against an emulator with faults and return a copy of the directory of reports."""

    def run(*faults):
        if faults not in _DIRECTORIES:
            words = [word for pattern in SELECTED for word in ("--select", pattern)]
            with emulating(*faults) as profile:
                directory = tmp_path_factory.mktemp("run") / "out"
                result = command("run", "--profile", profile, "--reports", directory, "--quiet", *words)
                assert result.code == (1 if faults else 0)
            _DIRECTORIES[faults] = directory
        return shutil.copytree(_DIRECTORIES[faults], tmp_path / "out")

    return run


@pytest.fixture
def clean(run_directory):
    return run_directory()


@pytest.fixture
def faulty(run_directory):
    return run_directory(FAULT)


@pytest.fixture
def keys(tmp_path):
    """Write a new private and public key into files."""

    def write(name, key=None, encryption=None):
        key = key or ed25519.Ed25519PrivateKey.generate()
        private, public = tmp_path / f"{name}.pem", tmp_path / f"{name}.pub"
        encoding, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        private.write_bytes(key.private_bytes(encoding, pkcs8, encryption or serialization.NoEncryption()))
        public.write_bytes(key.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo))
        return private, public

    return write
