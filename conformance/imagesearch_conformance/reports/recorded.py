"""What a report says about its run, as the values that the run was made with."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.target import (
    Capabilities,
    Credentials,
    Image,
    Instance,
    InstanceType,
    SignatureScheme,
    Target,
)
from imagesearch_conformance.reports.deviations import accepted_in
from imagesearch_conformance.verdicts import Policy


def target_of(described: dict[str, Any], endpoint: str, credentials: Credentials | None = None) -> Target:
    """The target that a report describes, at this address; reports hold no keys. Raises BadInput."""
    if not described.get("instances"):
        raise BadInput("the report does not say what is in the target", "target: instances")
    return Target(
        endpoint=endpoint,
        instances=tuple(_instance(one) for one in described["instances"]),
        signature=SignatureScheme(described["signature"]),
        region_id=described.get("regionId"),
        qps=described.get("qps"),
        credentials=credentials,
        capabilities=_capabilities(described["capabilities"]),
    )


def _instance(described: dict[str, Any]) -> Instance:
    images = tuple(Image(one["productId"], one["picName"]) for one in described["images"])
    return Instance(described["instanceName"], InstanceType(described["instanceType"]), images)


def _capabilities(claimed: dict[str, Any]) -> Capabilities:
    return Capabilities(
        bool(claimed.get("authentication")),
        claimed.get("throttlingQps"),
        claimed.get("faultHeader"),
        bool(claimed.get("approximate")),
        claimed.get("document"),
    )


def policy_of(document: dict[str, Any]) -> Policy:
    """What decided in the run of a report."""
    suite = document["suite"]
    return Policy(Level(suite["level"]), suite["strict"], frozenset(accepted_in(document)))
