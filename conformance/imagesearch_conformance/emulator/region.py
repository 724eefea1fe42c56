"""Where the emulator says it is."""

from __future__ import annotations

from attrs import frozen

from imagesearch_conformance.contract import Contract


@frozen
class Home:
    """A region's id, and the host of its endpoint."""

    region: str
    host: str


def home(contract: Contract) -> Home:
    """The region that the contract takes when none is given."""
    region = contract.documents.at("openapi.yaml#/servers/0/variables/region/default")
    hosts = contract.protocol.hosts
    return Home(region, next((host for host in hosts if region in host.split(".")), hosts[0]))
