"""What the fixtures of the pytest plugin hand to tests: the types for their annotations, light to import."""

from imagesearch_conformance.testing.assertions import ContractAssertions
from imagesearch_conformance.testing.client_scenario import ClientScenario
from imagesearch_conformance.testing.fault_injection import ActiveFault
from imagesearch_conformance.testing.received_exchange import ReceivedExchange
from imagesearch_conformance.testing.request_finding import RequestFinding
from imagesearch_conformance.testing.service import EmulatedService, InterceptedService

__all__ = [
    "ActiveFault",
    "ClientScenario",
    "ContractAssertions",
    "EmulatedService",
    "InterceptedService",
    "ReceivedExchange",
    "RequestFinding",
]
