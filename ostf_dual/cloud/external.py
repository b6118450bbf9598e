"""The external network that floating addresses of a run's own network come from."""

from dataclasses import dataclass
from typing import Any

from ostf_dual.cloud.asking import asking
from ostf_dual.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """An external network, and in ``choice`` why it is this one; empty: there was none to choose."""

    id: str
    name: str
    choice: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.choice})" if self.choice else self.name


def find_external(network: Any, wanted: str | None) -> External | None:
    """The external network that is wanted, else Neutron's default one, else the first by name; None: there is none.

    Args:
        network: Neutron, by openstacksdk.
        wanted: Its name or id, as the environment has it.

    Raises:
        InputError: There is none of that name.
    """
    with asking("the external networks"):
        found = sorted(network.networks(is_router_external=True), key=lambda each: (each.name or "", each.id))
    if wanted is not None:
        chosen = next((each for each in found if wanted in {each.id, each.name}), None)
        if chosen is None:
            raise InputError(
                f"no external network {wanted!r} in this cloud, but {[each.name for each in found]};"
                " look at external_network: in the environment file"
            )
        return External(id=str(chosen.id), name=chosen.name or chosen.id)
    if not found:
        return None
    default = next((each for each in found if each.is_default), None)
    chosen, choice = default or found[0], ""
    if len(found) > 1:
        why = "Neutron's default" if default else "the first by name"
        choice = f"{why} of {len(found)}; external_network names another"
    return External(id=str(chosen.id), name=chosen.name or chosen.id, choice=choice)
