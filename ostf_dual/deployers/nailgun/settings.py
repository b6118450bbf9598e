"""The cluster's settings that follow from the definition. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from ostf_dual.environment.definition import Environment, ImageStore, VolumeBackend

Attributes = Mapping[str, Any]
Settings = Mapping[str, object]
"""By path, as `storage.volumes_lvm`."""

USE_VCENTER: Final = "common.use_vcenter"
POOL_SIZE: Final = "storage.osd_pool_size"
"""How often Ceph keeps each object."""
_POOL_SIZES: Final[Mapping[str, int]] = {"6.1": 2, "9.0": 3, "9.1": 3, "9.2": 3}
"""Of a new cluster, as far as it is known."""
_SWITCHED_ON: Final[Mapping[str, str]] = {
    "mongo": "additional_components.ceilometer",
    "ironic": "additional_components.ironic",
    "cinder-block-device": "storage.volumes_block_device",
}
"""By role, the setting without which the master gives it to no node."""
_DVS = "dvs"


def wanted(environment: Environment) -> Settings:
    """What the settings should be; the others stay as they are."""
    storage, roles = environment.storage, {role for node in environment.nodes for role in node.roles}
    found: dict[str, object] = {
        USE_VCENTER: environment.vmware is not None,
        "storage.volumes_lvm": VolumeBackend.LVM in storage.volumes,
        "storage.volumes_ceph": VolumeBackend.CEPH in storage.volumes,
        "storage.images_ceph": storage.images is ImageStore.CEPH,
        "storage.images_vcenter": storage.images is ImageStore.VCENTER,
    }
    if environment.hypervisor is not None:
        found["common.libvirt_type"] = str(environment.hypervisor)
    found |= {path: True for role, path in _SWITCHED_ON.items() if role in roles}
    return found


def least_osds(environment: Environment, editable: Attributes | None) -> int | None:
    """How many nodes with role ceph-osd the master wants at least; None: it has no Ceph, or does not say.

    Args:
        environment: What is wanted.
        editable: The cluster's settings; None: there is no cluster yet, and it will have its release's default.
    """
    storage = environment.storage
    if VolumeBackend.CEPH not in storage.volumes and storage.images is not ImageStore.CEPH:
        return None
    if editable is None:
        return _POOL_SIZES.get(environment.release)
    told = value_of(editable, POOL_SIZE)
    return int(str(told)) if str(told).isdecimal() else None


def value_of(editable: Attributes, path: str) -> object:
    """A setting's value; None: this release has no such setting."""
    section, _, name = path.partition(".")
    setting = editable.get(section, {}).get(name)
    return setting.get("value") if isinstance(setting, Mapping) else None


def differing(editable: Attributes, environment: Environment) -> dict[str, tuple[object, object]]:
    """Settings that are otherwise than wanted: was, and is to be. One that is missing counts as switched off."""
    return {
        path: (was, value)
        for path, value in wanted(environment).items()
        if (was := value_of(editable, path)) != value and not (was is None and value is False)
    }


def plugin_to_enable(editable: Attributes, environment: Environment) -> str | None:
    """The plugin for a distributed switch, where the definition wants one and it is switched off."""
    for name, section in editable.items():
        metadata = section.get("metadata") if isinstance(section, Mapping) else None
        if _DVS in name and isinstance(metadata, Mapping) and "enabled" in metadata:
            return name if wants_dvs(environment) and not metadata["enabled"] else None
    return None


def has_plugin(editable: Attributes) -> bool:
    """Whether the master has a plugin for a distributed switch."""
    return any(_DVS in name for name in editable)


def wants_dvs(environment: Environment) -> bool:
    """Whether a plugin must bind vCenter's ports."""
    return environment.network.dvs and environment.vmware is not None


def changed(editable: Attributes, environment: Environment) -> dict[str, Any]:
    """What is sent to change the settings that differ, and nothing else: it is put into what is there."""
    sent: dict[str, Any] = {}
    for path, (_, value) in differing(editable, environment).items():
        section, _, name = path.partition(".")
        sent.setdefault(section, {})[name] = {"value": value}
    if plugin := plugin_to_enable(editable, environment):
        sent[plugin] = {"metadata": {"enabled": True}}
    return sent
