"""The spec's own role `vcenter-compute` on a master, which knows only its later name.

What the role deploys is up to the deployment tasks that the master has for it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from ostf_dual.deployers.nailgun.master import Master
from ostf_dual.deployers.nailgun.release import Release, role_of
from ostf_dual.environment.roles import BY_NAME, CONFLICTS, VCENTER_COMPUTE

_DESCRIPTION: Final = (
    "Runs nova-compute for vSphere clusters, beside computes with KVM or QEMU. Not highly available."
)
_WEIGHT: Final = 85
"""Where the master lists it: just before its own role for vCenter."""


class Installed(StrEnum):
    """What is, or was, to be done about the role."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    NOTHING = "nothing"


def wanted(*, with_tags: bool) -> dict[str, Any]:
    """The role as the spec has it: its conflicts, where it is hidden, and its partitions.

    Args:
        with_tags: Whether the release's roles have tags, by which its deployment tasks find their nodes.
    """
    meta: dict[str, Any] = {
        "name": "vCenter Compute",
        "description": _DESCRIPTION,
        "group": "compute",
        "weight": _WEIGHT,
        "conflicts": [each.other for each in CONFLICTS if each.role == VCENTER_COMPUTE],
        "restrictions": [
            {
                "condition": "settings:common.use_vcenter.value == false",
                "action": "hide",
                "message": "VMware vCenter not enabled for cluster",
            }
        ],
    }
    if with_tags:
        meta["tags"] = [VCENTER_COMPUTE]
    partitions = BY_NAME[VCENTER_COMPUTE].partitions
    return {
        "name": VCENTER_COMPUTE,
        "meta": meta,
        "volumes_roles_mapping": [{"id": each, "allocate_size": "min"} for each in partitions],
    }


def to_install(master: Master, release: Release) -> Installed:
    """What installing would do."""
    there = role_of(master, release, VCENTER_COMPUTE)
    if there is None:
        return Installed.ADD
    return (
        Installed.NOTHING if _same(there, wanted(with_tags=_has_tags(master, release))) else Installed.CHANGE
    )


def to_remove(master: Master, release: Release) -> Installed:
    """What removing would do."""
    has_role = role_of(master, release, VCENTER_COMPUTE) is not None
    return Installed.REMOVE if has_role or _tag(master, release) else Installed.NOTHING


def install(master: Master, release: Release) -> Installed:
    """Put the role on the master, or bring it to the spec's; a second time does nothing.

    Raises:
        RefusedError: The master does not take it.
        OstfError: It could not be asked.
    """
    done = to_install(master, release)
    if done is Installed.NOTHING:
        return done
    with_tags = _has_tags(master, release)
    if with_tags and _tag(master, release) is None:
        tag = {"name": VCENTER_COMPUTE, "meta": {"has_primary": False}}
        master.post(f"releases/{release.number}/tags", tag)
    role = wanted(with_tags=with_tags)
    if done is Installed.ADD:
        master.post(f"releases/{release.number}/roles", role)
    else:
        master.put(_path(release, "roles"), role, repeat=True)
    return done


def remove(master: Master, release: Release) -> Installed:
    """Take the role from the master; where there is none, nothing is done.

    Raises:
        RefusedError: A node has it.
        OstfError: It could not be asked.
    """
    done = to_remove(master, release)
    if role_of(master, release, VCENTER_COMPUTE) is not None:
        master.delete(_path(release, "roles"))
    if _tag(master, release):
        master.delete(_path(release, "tags"))
    return done


def _path(release: Release, kind: str) -> str:
    return f"releases/{release.number}/{kind}/{VCENTER_COMPUTE}"


def _has_tags(master: Master, release: Release) -> bool:
    """Releases before 9.2 have no tags."""
    return master.find(f"releases/{release.number}/tags") is not None


def _tag(master: Master, release: Release) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = master.find(_path(release, "tags"))
    return found


def _same(there: Mapping[str, Any], role: Mapping[str, Any]) -> bool:
    """Whether the master's role says all that is wanted; it may say more."""
    meta = there.get("meta") or {}
    return there.get("volumes_roles_mapping") == role["volumes_roles_mapping"] and all(
        meta.get(key) == value for key, value in role["meta"].items()
    )
