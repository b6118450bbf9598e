"""What a master answers before anybody has changed anything: releases, roles, settings, networks, VMware's form."""

from typing import Any

Json = Any


def off(setting: str, message: str = "not enabled for cluster") -> Json:
    """Hides a role while a setting is off."""
    return {"action": "hide", "message": message, "condition": f"settings:{setting}.value == false"}


VCENTER_OFF = off("common.use_vcenter", "VMware vCenter not enabled for cluster")


def role(
    name: str, *, conflicts: tuple[str, ...] = (), volumes: tuple[str, ...] = ("os",), **meta: Json
) -> Json:
    """A role as the roles API has it."""
    if conflicts:
        meta["conflicts"] = list(conflicts)
    return {
        "name": name,
        "meta": {"name": name, "tags": [name], **meta},
        "volumes_roles_mapping": [
            {"id": each, "allocate_size": "min" if each == "os" else "all"} for each in volumes
        ],
    }


def roles_92() -> dict[str, Json]:
    """Mitaka's."""
    beside_no_vcenter = [
        "controller",
        "compute",
        "cinder",
        "cinder-block-device",
        "ceph-osd",
        "mongo",
        "base-os",
        "virt",
        "ironic",
    ]
    found = [
        role("base-os"),
        role("ceph-osd", volumes=("os", "ceph", "cephjournal")),
        role("cinder", volumes=("os", "cinder")),
        role(
            "cinder-block-device",
            conflicts=("cinder-vmware",),
            volumes=("os", "cinder-block-device"),
            restrictions=[off("storage.volumes_block_device")],
        ),
        role("cinder-vmware", restrictions=[VCENTER_OFF], group="storage", weight=40),
        role("compute", volumes=("os", "vm")),
        role(
            "compute-vmware",
            conflicts=tuple(beside_no_vcenter),
            restrictions=[VCENTER_OFF],
            group="compute",
            weight=90,
        ),
        role("controller", conflicts=("compute",), volumes=("os", "logs", "image", "mysql", "horizon")),
        role("ironic", restrictions=[off("additional_components.ironic")]),
        role("mongo", conflicts=("compute", "ceph-osd"), volumes=("os", "mongo")),
        role("virt", volumes=("os", "vm")),
    ]
    return {each["name"]: each for each in found}


ROLES_61 = (
    "controller",
    "compute",
    "cinder",
    "cinder-vmware",
    "ceph-osd",
    "mongo",
    "zabbix-server",
    "base-os",
)

COMPONENTS = (
    "hypervisor:qemu",
    "hypervisor:vmware",
    "network:neutron:core:ml2",
    "network:neutron:ml2:vlan",
    "network:neutron:ml2:tun",
    "storage:block:lvm",
    "storage:block:ceph",
    "storage:image:ceph",
    "additional_service:ceilometer",
)
DVS_COMPONENT = "network:neutron:ml2:dvs"
DVS_PLUGIN = "fuel-plugin-vmware-dvs"
CLOUD_PASSWORD = "clouds-own-admin-password"  # noqa: S105 (of nothing)


def releases(version: str) -> list[Json]:
    """One that can be deployed, never the first."""

    def release(number: int, name: str, system: str, state: str) -> Json:
        found = {"id": number, "name": name, "operating_system": system, "state": state}
        if version != "6.1":
            found["is_deployable"] = state == "available"
        return {**found, "version": openstack(version)}

    if version == "6.1":
        return [
            release(1, "Juno on Ubuntu 14.04, before its update", "Ubuntu", "unavailable"),
            release(2, "Juno on Ubuntu 14.04", "Ubuntu", "available"),
        ]
    return [
        release(1, "Mitaka on CentOS 6.5", "CentOS", "unavailable"),
        release(2, "Mitaka on Ubuntu 14.04", "Ubuntu", "available"),
        release(3, "Mitaka on Ubuntu+UCA 14.04", "Ubuntu", "unavailable"),
    ]


def openstack(version: str) -> str:
    """The version that a master of a release deploys."""
    return {"9.2": "mitaka-9.0", "6.1": "2014.2.2-6.1"}[version]


def attributes(*, has_dvs: bool) -> Json:
    """A new cluster's settings."""

    def setting(value: Json) -> Json:
        return {"value": value, "type": "checkbox" if isinstance(value, bool) else "text", "label": "..."}

    found: dict[str, Json] = {
        "common": {"use_vcenter": setting(False), "libvirt_type": setting("qemu")},
        "storage": {
            "volumes_lvm": setting(True),
            "volumes_ceph": setting(False),
            "images_ceph": setting(False),
            "images_vcenter": setting(False),
            "volumes_block_device": setting(False),
            "osd_pool_size": setting("3"),
        },
        "additional_components": {"ceilometer": setting(False), "ironic": setting(False)},
        "access": {
            "user": setting("admin"),
            "password": setting(CLOUD_PASSWORD),
            "tenant": setting("admin"),
        },
        "public_ssl": {"services": setting(False), "hostname": setting("public.fuel.local")},
    }
    if has_dvs:
        found[DVS_PLUGIN] = {"metadata": {"enabled": False, "toggleable": True, "weight": 70}}
    return found


def network(provider: str) -> Json:
    """A new cluster's networks."""

    def one(
        number: int,
        name: str,
        cidr: str,
        ranges: Json,
        *,
        vlan: int | None = None,
        gateway: str | None = None,
    ) -> Json:
        return {
            "id": number,
            "name": name,
            "cidr": cidr,
            "vlan_start": vlan,
            "ip_ranges": ranges,
            "gateway": gateway,
            "group_id": 1,
            "meta": {"notation": "ip_ranges" if name == "public" else "cidr", "name": name},
        }

    networks = [
        one(2, "public", "172.16.0.0/24", [["172.16.0.2", "172.16.0.126"]], gateway="172.16.0.1"),
        one(3, "management", "192.168.0.0/24", [["192.168.0.1", "192.168.0.254"]], vlan=101),
        one(4, "storage", "192.168.1.0/24", [["192.168.1.1", "192.168.1.254"]], vlan=102),
    ]
    parameters: dict[str, Json] = {
        "floating_ranges": [["172.16.0.130", "172.16.0.254"]],
        "dns_nameservers": ["8.8.4.4", "8.8.8.8"],
    }
    if provider == "neutron":
        parameters |= {
            "floating_name": "admin_floating_net",
            "vlan_range": [1000, 1030],
            "segmentation_type": "vlan",
        }
    else:
        parameters |= {"net_manager": "FlatDHCPManager", "fixed_networks_cidr": "10.0.0.0/16"}
    return {"networking_parameters": parameters, "vips": {}, "networks": networks}


def vmware(version: str) -> Json:
    """The empty form; its metadata may not change."""
    compute: dict[str, Json] = {"vsphere_cluster": "", "service_name": "", "datastore_regex": ""}
    zone: dict[str, Json] = {
        "az_name": "vcenter",
        "vcenter_host": "",
        "vcenter_username": "",
        "vcenter_password": "",
        "nova_computes": [compute],
    }
    glance: dict[str, Json] = {
        "vcenter_host": "",
        "vcenter_username": "",
        "vcenter_password": "",
        "datacenter": "",
        "datastore": "",
    }
    value: dict[str, Json] = {"availability_zones": [zone], "glance": glance}
    if version == "9.2":
        controllers = {"id": "controllers", "label": "controllers"}
        compute["target_node"] = {"current": controllers, "options": [controllers]}
        zone |= {"vcenter_security_disabled": True, "vcenter_ca_file": {}}
        glance |= {"vcenter_security_disabled": True, "ca_file": {}}
    else:
        zone["cinder"] = {"enable": True}
        value["network"] = {"esxi_vlan_interface": "vmnic0"}
    metadata = [{"name": "availability_zones", "type": "array"}, {"name": "glance", "type": "object"}]
    return {"editable": {"metadata": metadata, "value": value}}
