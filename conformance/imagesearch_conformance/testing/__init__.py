"""Types that the fixtures of the pytest plugin return, for annotations; light to import."""

from imagesearch_conformance.testing.assertions import ContractAssertions
from imagesearch_conformance.testing.client_scenario import ClientScenario
from imagesearch_conformance.testing.service import (
    ActiveFault,
    EmulatedService,
    InterceptedService,
    ReceivedExchange,
    RequestFinding,
)

__all__ = [
    "ActiveFault",
    "ClientScenario",
    "ContractAssertions",
    "EmulatedService",
    "InterceptedService",
    "ReceivedExchange",
    "RequestFinding",
]
