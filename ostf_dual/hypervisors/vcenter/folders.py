"""The inventory folders that Nova and Cinder make for each project, and that neither of them ever removes.

``OpenStack/Project (ID)/Instances`` and ``.../Volumes`` (nova.virt.vmwareapi.vmops, cinder.volume.drivers.vmware).
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from pyVmomi import vim

from ostf_dual.errors import OstfError
from ostf_dual.hypervisors.vcenter.client import VCenter

PRIVILEGE = "Folder.Delete"
"""What it takes to remove one."""


def project_folders(vcenter: VCenter, project_id: str) -> tuple[str, ...]:
    """The folders of a project that vCenter has, by name.

    Raises:
        OstfError: It does not answer.
    """
    return tuple(str(name) for name, _ in _named(vcenter, project_id))


def remove_project_folders(vcenter: VCenter, project_id: str) -> tuple[str, ...]:
    """Remove a project's folders where nothing is in them.

    To destroy a folder destroys the machines in it: each is looked into first, and those below it go before it.

    Returns:
        The folders that stay, and why, a line each.

    Raises:
        OstfError: vCenter does not answer.
    """
    return tuple(
        line for name, folder in _named(vcenter, project_id) for line in _remove(vcenter, folder, name)
    )


def _named(vcenter: VCenter, project_id: str) -> list[tuple[str, Any]]:
    name = f"Project ({project_id})"
    found = vcenter.in_view(vim.Folder, "name")
    return [(name, folder) for folder, record in found.items() if record.get("name") == name]


def _remove(vcenter: VCenter, folder: Any, path: str) -> Iterator[str]:
    stay = False
    for child, record in vcenter.read(_children(vcenter, folder), "name").items():
        inner = f"{path}/{record.get('name')}"
        if not isinstance(child, vim.Folder):
            stay = True
            yield f"folder {path} of {vcenter} holds {record.get('name')}"
            continue
        for line in _remove(vcenter, child, inner):
            stay = True
            yield line
    if not stay and not _children(vcenter, folder):
        try:
            with suppress(KeyError):  # it is gone meanwhile
                vcenter.run(f"the removal of folder {path}", folder.Destroy_Task)
        except OstfError as error:
            yield f"folder {path} of {vcenter} stays: {error}"


def _children(vcenter: VCenter, folder: Any) -> list[Any]:
    with suppress(KeyError):
        return list(vcenter.read((folder,), "childEntity").get(folder, {}).get("childEntity", ()))
    return []  # it is gone meanwhile
