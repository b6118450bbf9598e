"""The cluster's `vmware_attributes`: read, changed and written whole. Pure.

The document holds passwords in clear: it is compared and sent, and never shown.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from ostf_dual.deployers.base import Action, Change
from ostf_dual.environment.definition import VCenter, VMware, VMwareZone, VSphereCluster
from ostf_dual.environment.release import Release
from ostf_dual.environment.rules.vmware import CONTROLLERS
from ostf_dual.environment.secret import resolve
from ostf_dual.errors import InputError

Document = Mapping[str, Any]

_TARGETS_SINCE: Final = (7, 0)
_VERIFIES_SINCE: Final = (9, 1)
_GUARDED: Final = ("datastore_regex", "service_name", "vsphere_cluster")
POISONED: Final = (
    "vmware: the cluster's vmware_attributes hold null, which makes the master fail on every change of them: "
    "destroy the cluster, and deploy it again"
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class VMwareSettings:
    """What the document is made of, besides the document.

    Attributes:
        release: The form that the document has.
        hostnames: The master's, by the definition's names of the nodes that are targets.
        passwords: In clear, by vCenter.
        ca_files: Their content, by vCenter; only of those that have one.
    """

    vmware: VMware
    release: Release
    hostnames: Mapping[str, str]
    passwords: Mapping[VCenter, str]
    ca_files: Mapping[VCenter, str]

    @property
    def has_targets(self) -> bool:
        """Whether a nova-compute may run elsewhere than on the controllers."""
        return self.release >= _TARGETS_SINCE

    @property
    def verifies(self) -> bool:
        """Whether vCenters' certificates are."""
        return self.release >= _VERIFIES_SINCE


def vcenters_of(vmware: VMware) -> Iterator[VCenter]:
    """Every vCenter of a definition."""
    yield from (zone.vcenter for zone in vmware.zones)
    if vmware.glance:
        yield vmware.glance.vcenter


def settings_of(vmware: VMware, release: Release, hostnames: Mapping[str, str]) -> VMwareSettings:
    """The definition with its secrets fetched.

    Raises:
        InputError: A secret or a file cannot be had.
    """
    passwords, ca_files = {}, {}
    for each in vcenters_of(vmware):
        if each.password is None:
            raise InputError(f"vmware: the vCenter {each.host} has no password: give env, file or command")
        passwords[each] = resolve(each.password)
        if each.ca_file is not None:
            try:
                ca_files[each] = each.ca_file.read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise InputError(
                    f"vmware: the vCenter {each.host}'s ca_file cannot be read: {error}"
                ) from None
    return VMwareSettings(
        vmware=vmware, release=release, hostnames=hostnames, passwords=passwords, ca_files=ca_files
    )


def is_poisoned(document: Document) -> bool:
    """Whether the stored value is null: the master takes that once, and fails on all that comes after it."""
    return document["editable"].get("value") is None


def wanted(document: Document, settings: VMwareSettings) -> dict[str, Any]:
    """The document as it is to be written: its metadata, and keys that nobody here knows, stay as they are."""
    found = deepcopy(dict(document))
    value = found["editable"]["value"]
    there = value["availability_zones"] or [{}]  # somebody may have emptied the form
    by_name = {each.get("az_name"): each for each in there}
    value["availability_zones"] = [
        _zone(by_name.get(zone.name) or there[0], zone, settings) for zone in settings.vmware.zones
    ]
    if (glance := settings.vmware.glance) is not None:
        before = value.get("glance") or {}
        value["glance"] = {
            **before,
            **_login(glance.vcenter, settings, ca_key="ca_file"),
            "datacenter": glance.datacenter,
            "datastore": glance.datastore,
        }
    return found


def _zone(before: Mapping[str, Any], zone: VMwareZone, settings: VMwareSettings) -> dict[str, Any]:
    by_service = {each.get("service_name"): each for each in before.get("nova_computes") or ()}
    return {
        **before,
        "az_name": zone.name,
        **_login(zone.vcenter, settings, ca_key="vcenter_ca_file"),
        "nova_computes": [
            _compute(by_service.get(each.service_name) or {}, each, settings) for each in zone.clusters
        ],
    }


def _login(vcenter: VCenter, settings: VMwareSettings, *, ca_key: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "vcenter_host": vcenter.host,
        "vcenter_username": vcenter.user,
        "vcenter_password": settings.passwords[vcenter],
    }
    if settings.verifies:
        found["vcenter_security_disabled"] = vcenter.insecure
        content = settings.ca_files.get(vcenter)
        file = {"name": vcenter.ca_file.name, "content": content} if content and vcenter.ca_file else {}
        found[ca_key] = file
    return found


def _compute(before: Mapping[str, Any], cluster: VSphereCluster, settings: VMwareSettings) -> dict[str, Any]:
    found = {
        **before,
        "vsphere_cluster": cluster.cluster,
        "service_name": cluster.service_name,
        "datastore_regex": cluster.datastore_regex,
    }
    if settings.has_targets:  # without them the master answers with a traceback
        target = cluster.target if cluster.target == CONTROLLERS else settings.hostnames[cluster.target]
        ids = dict.fromkeys((CONTROLLERS, target))
        found["target_node"] = {
            "current": {"id": target, "label": target},
            "options": [{"id": each, "label": each} for each in ids],
        }
    return found


def same(one: Document, other: Document) -> bool:
    """Whether two documents mean the same; what may be chosen in a form is no part of that."""
    return _without_options(one["editable"]["value"]) == _without_options(other["editable"]["value"])


def without(document: Document, hostnames: AbstractSet[str]) -> dict[str, Any]:
    """The document without the vSphere clusters whose targets are these nodes."""
    found = deepcopy(dict(document))
    for zone in found["editable"]["value"]["availability_zones"]:
        zone["nova_computes"] = [
            each
            for each in zone.get("nova_computes", ())
            if each.get("target_node", {}).get("current", {}).get("id") not in hostnames
        ]
    return found


def released(document: Document, hostnames: AbstractSet[str]) -> dict[str, Any]:
    """The document with the controllers in the place of these nodes: they may stand for any number of clusters."""
    found = deepcopy(dict(document))
    for zone in found["editable"]["value"]["availability_zones"]:
        for each in zone.get("nova_computes", ()):
            target = each.get("target_node", {})
            if target.get("current", {}).get("id") in hostnames:
                target["current"] = {"id": CONTROLLERS, "label": CONTROLLERS}
    return found


def computes_of(document: Document) -> dict[str, Mapping[str, Any]]:
    """What the master guards of nodes that are deployed, by their hostnames: it looks at the first zone only."""
    zones = document["editable"]["value"]["availability_zones"][:1]
    return {
        each["target_node"]["current"]["id"]: {key: each.get(key) for key in _GUARDED}
        for zone in zones
        for each in zone.get("nova_computes", ())
        if "current" in each.get("target_node", {})
    }


def changes(document: Document, new: Document) -> Iterator[Change]:
    """What differs, without a password."""
    were, are = (
        {each["az_name"]: each for each in _without_options(one["editable"]["value"])["availability_zones"]}
        for one in (document, new)
    )
    for name, zone in are.items():
        if name not in were or not were[name].get("vcenter_host"):  # the default zone is there and empty
            yield Change(action=Action.ADD, what=f"zone {name}", detail=_told(zone))
        elif were[name] != zone:
            keys = ", ".join(key for key in zone if were[name].get(key) != zone[key])
            yield Change(action=Action.CHANGE, what=f"zone {name}", detail=f"{keys}; now {_told(zone)}")
    for name, zone in were.items():
        if name not in are and zone.get("vcenter_host"):
            yield Change(action=Action.REMOVE, what=f"zone {name}", detail=_told(zone))
    before, after = document["editable"]["value"].get("glance"), new["editable"]["value"].get("glance")
    if before != after:
        yield Change(
            action=Action.CHANGE,
            what="images on vSphere",
            detail=f"{after['vcenter_host']}, {after['datacenter']} / {after['datastore']}",
        )


def _told(zone: Mapping[str, Any]) -> str:
    computes = (
        f"{each['vsphere_cluster']} by {each['service_name']}"
        + (f" on {each['target_node']['current']['id']}" if "target_node" in each else "")
        for each in zone["nova_computes"]
    )
    return f"{zone['vcenter_host']}: {', '.join(computes)}"


def _without_options(value: Mapping[str, Any]) -> dict[str, Any]:
    found = deepcopy(dict(value))
    for zone in found["availability_zones"]:
        for each in zone.get("nova_computes", ()):
            each.get("target_node", {}).pop("options", None)
    return found
