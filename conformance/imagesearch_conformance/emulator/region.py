"""Where the emulator says it is."""

from __future__ import annotations

from attrs import frozen

from imagesearch_conformance.contract import Contract


@frozen
class Region:
    """A region's id, and the host of its endpoint."""

    id: str
    host: str


def default_region(contract: Contract) -> Region:
    """The region that the contract takes when none is given."""
    region = contract.spec_files.resolve("openapi.yaml#/servers/0/variables/region/default")
    hosts = contract.protocol.hosts
    return Region(region, next((host for host in hosts if region in host.split(".")), hosts[0]))
