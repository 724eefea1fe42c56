"""The target and policy of a run, restored from its report."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.errors import InvalidInput
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
from imagesearch_conformance.outcomes import Policy
from imagesearch_conformance.reports.deviations import accepted_deviations


def restore_target(data: dict[str, Any], endpoint: str, credentials: Credentials | None = None) -> Target:
    """Return the target of a report at this endpoint; reports contain no keys.

    Raises InvalidInput if the report has no instances.
    """
    if not data.get("instances"):
        raise InvalidInput("the report does not list the target's instances", "target: instances")
    return Target(
        endpoint=endpoint,
        instances=tuple(_restore_instance(instance) for instance in data["instances"]),
        signature=SignatureScheme(data["signature"]),
        region_id=data.get("regionId"),
        qps=data.get("qps"),
        credentials=credentials,
        capabilities=_restore_capabilities(data["capabilities"]),
    )


def _restore_instance(data: dict[str, Any]) -> Instance:
    images = tuple(Image(image["productId"], image["picName"]) for image in data["images"])
    return Instance(data["instanceName"], InstanceType(data["instanceType"]), images)


def _restore_capabilities(data: dict[str, Any]) -> Capabilities:
    return Capabilities(
        bool(data.get("authentication")),
        data.get("throttlingQps"),
        data.get("faultHeader"),
        bool(data.get("approximate")),
        data.get("document"),
    )


def restore_policy(report: dict[str, Any]) -> Policy:
    """Return the policy that decided the run of a report."""
    suite = report["suite"]
    return Policy(Level(suite["level"]), suite["strict"], frozenset(accepted_deviations(report)))
