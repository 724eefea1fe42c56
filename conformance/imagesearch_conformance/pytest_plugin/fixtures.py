"""Fixtures for the tests of clients: the emulator, behind a socket or behind `responses`, and validators."""

from __future__ import annotations

import pytest


@pytest.fixture
def imagesearch_client_scenarios() -> None:
    """One scenario for clients, to be checked with a callable."""


@pytest.fixture
def imagesearch_contract() -> None:
    """Validators of requests and replies."""


@pytest.fixture
def imagesearch_emulator() -> None:
    """The reference endpoint on a socket."""


@pytest.fixture
def imagesearch_responses() -> None:
    """The reference endpoint behind the `responses` library."""
