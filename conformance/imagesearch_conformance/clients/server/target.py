"""The stage as a target: its address, a key made for the run, and instances that no length or name is missing from."""

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
    """A key that nobody else has, so that it is told from all other text."""
    return Credentials(f"key-{secrets.token_hex(6)}", secrets.token_hex(16))


def build_server_target(contract: Contract, endpoint: str, credentials: Credentials) -> Target:
    """The target that clients believe to talk to; raises BadSpec where the contract has no examples of names."""
    examples = {one.name: str(one.examples[0]) for one in contract.parameters if one.required and one.examples}
    product, picture = contract.image.parameters
    try:
        image, name = Image(examples[product], examples[picture]), examples[contract.instance_parameter]
    except KeyError as problem:
        raise InvalidSpec(f"the contract has no example of {problem}", "schemas/request.json") from None
    longest = contract.parameter(contract.instance_parameter).max_length or len(name)
    names = dict.fromkeys((name, name.ljust(longest, "x")[:longest]))
    return Target(
        endpoint=endpoint,
        instances=tuple(Instance(one, images=(image,)) for one in names),
        signature=SignatureScheme.V3,
        region_id=contract.protocol.regions[0],
        credentials=credentials,
        capabilities=Capabilities(authentication=True, document=contract.revision),
    )
