"""The region that the emulator claims."""

from __future__ import annotations

from attrs import frozen

from imagesearch_conformance.contract import Contract


@frozen
class Region:
    """A region with the host of its endpoint."""

    id: str
    host: str


def default_region(contract: Contract) -> Region:
    """Return the default region of the contract."""
    region = contract.spec_files.resolve("openapi.yaml#/servers/0/variables/region/default")
    hosts = contract.protocol.hosts
    return Region(region, next((host for host in hosts if region in host.split(".")), hosts[0]))
