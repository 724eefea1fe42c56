"""The scripted server as a target: its address, a key for the run, and instances with names of every length."""

from __future__ import annotations

import secrets

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.model.target import (
    Capabilities,
    Credentials,
    Image,
    Instance,
    SignatureScheme,
    Target,
)


def generate_credentials() -> Credentials:
    """Return a random key, unlikely to occur in any other text."""
    return Credentials(f"key-{secrets.token_hex(6)}", secrets.token_hex(16))


def build_server_target(contract: Contract, endpoint: str, credentials: Credentials) -> Target:
    """Return the target that clients are told to call; raise InvalidSpec if the contract has no example names."""
    examples = {
        parameter.name: str(parameter.examples[0])
        for parameter in contract.parameters
        if parameter.required and parameter.examples
    }
    product, picture = contract.image.parameters
    try:
        image, instance_name = Image(examples[product], examples[picture]), examples[contract.instance_parameter]
    except KeyError as error:
        raise InvalidSpec(f"the contract has no example of {error}", "schemas/request.json") from None
    max_length = contract.parameter(contract.instance_parameter).max_length or len(instance_name)
    instance_names = dict.fromkeys((instance_name, instance_name.ljust(max_length, "x")[:max_length]))
    return Target(
        endpoint=endpoint,
        instances=tuple(Instance(name, images=(image,)) for name in instance_names),
        signature=SignatureScheme.V3,
        region_id=contract.protocol.regions[0],
        credentials=credentials,
        capabilities=Capabilities(authentication=True, document=contract.revision),
    )
