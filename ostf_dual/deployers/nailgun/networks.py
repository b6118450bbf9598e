"""The cluster's networks: what is wanted of them, and faults that the master itself never notices. Pure."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from ipaddress import ip_address, ip_network
from typing import Any

from ostf_dual.environment.definition import Environment, FuelNetwork, FuelNetworks, NetworkProvider

Document = Mapping[str, Any]

_NET_MANAGERS = {"flat-dhcp": "FlatDHCPManager", "vlan": "VlanManager"}


def path_of(environment: Environment) -> str:
    """The end of the networks' path, which names the provider."""
    is_neutron = environment.network.provider is NetworkProvider.NEUTRON
    return f"network_configuration/{'neutron' if is_neutron else 'nova_network'}"


def wanted(document: Document, environment: Environment) -> dict[str, Any]:
    """The networks as they are, with what the definition says of them."""
    found = deepcopy(dict(document))
    asked = _asked(environment)
    for network in found["networks"]:
        if network["name"] in asked.by_name:
            network.update(_addresses(network, asked.by_name[network["name"]]))
    parameters = found["networking_parameters"]
    if environment.network.provider is NetworkProvider.NOVA_NETWORK:
        parameters["net_manager"] = _NET_MANAGERS[environment.network.segmentation]
    if asked.floating_ranges:
        parameters["floating_ranges"] = [list(each) for each in asked.floating_ranges]
    if asked.vlan_range:
        parameters["vlan_range"] = list(asked.vlan_range)
    if asked.nameservers:
        parameters["dns_nameservers"] = list(asked.nameservers)
    return found


def differing(document: Document, environment: Environment) -> Iterator[tuple[str, object, object]]:
    """What is otherwise than wanted: its path, what it was, what it is to be."""
    were, are = document, wanted(document, environment)
    for was, now in zip(were["networks"], are["networks"], strict=True):
        yield from (
            (f"{now['name']}.{key}", was.get(key), now[key]) for key in now if was.get(key) != now[key]
        )
    before, after = were["networking_parameters"], are["networking_parameters"]
    yield from ((key, before.get(key), after[key]) for key in after if before.get(key) != after[key])


def unknown(document: Document, environment: Environment) -> Iterator[str]:
    """Networks that the definition speaks of and the cluster does not have."""
    there = [each["name"] for each in document["networks"]]
    for name in _asked(environment).by_name:
        if name not in there:
            yield f"fuel.networks.by_name.{name}: the cluster has no such network; it has {', '.join(there)}"


def faults_in(environment: Environment) -> Iterator[str]:
    """As ``faults``, of what the definition says by itself: also where there is no cluster yet."""
    asked = _asked(environment)
    alone = [{"name": name, **_addresses({}, each)} for name, each in asked.by_name.items()]
    yield from faults({"networks": alone, "networking_parameters": {"vlan_range": asked.vlan_range}})


def faults(document: Document) -> Iterator[str]:
    """What is wrong with networks although the master takes them: it would deploy them, and fail.

    One tag on two networks is left to its own check, which knows the interfaces.
    """
    for network in document["networks"]:
        yield from _faults_of(network)
    vlan_range = document["networking_parameters"].get("vlan_range")
    if vlan_range and vlan_range[0] > vlan_range[1]:
        yield f"networks: vlan_range {vlan_range[0]} to {vlan_range[1]} ends before it begins"


def _faults_of(network: Mapping[str, Any]) -> Iterator[str]:
    name, cidr, gateway = network["name"], network.get("cidr"), network.get("gateway")
    try:
        within = ip_network(cidr) if cidr else None
        if within and gateway and ip_address(gateway) not in within:
            yield f"network {name}: its gateway {gateway} is not in {cidr}"
        for first, last in network.get("ip_ranges") or ():
            if int(ip_address(first)) > int(ip_address(last)):
                yield f"network {name}: the range {first} to {last} ends before it begins"
            elif within and not (ip_address(first) in within and ip_address(last) in within):
                yield f"network {name}: the range {first} to {last} is not in {cidr}"
    except ValueError as error:
        yield f"network {name}: {error}"


def _addresses(network: Mapping[str, Any], asked: FuelNetwork) -> dict[str, object]:
    found: dict[str, object] = {}
    if asked.cidr is not None:
        found["cidr"] = asked.cidr
    if asked.gateway is not None:
        found["gateway"] = asked.gateway
    if asked.vlan is not None:
        found["vlan_start"] = asked.vlan or None
    if asked.ranges:
        found["ip_ranges"] = [list(each) for each in asked.ranges]
        # Where the notation says "cidr" the master makes ranges of the whole of it, whatever it is sent.
        found["meta"] = {**(network.get("meta") or {}), "notation": "ip_ranges"}
    elif asked.cidr is not None and asked.cidr != network.get("cidr") and _is_whole(network):
        found["ip_ranges"] = _whole(asked.cidr, network)
    return found


def _is_whole(network: Mapping[str, Any]) -> bool:
    """Whether the master itself makes the range, of the whole network."""
    return bool((network.get("meta") or {}).get("notation") == "cidr")


def _whole(cidr: str, network: Mapping[str, Any]) -> list[list[str]]:
    """The range that the master makes; none where the network is none, or too small for one: that is told as such."""
    first = 2 if network["meta"].get("use_gateway") else 1
    try:
        within = ip_network(cidr)
        return [[str(within[first]), str(within[-2])]]
    except (ValueError, IndexError):
        return []


def _asked(environment: Environment) -> FuelNetworks:
    return environment.fuel.networks if environment.fuel else FuelNetworks()
