"""The inventory folders of a project that is gone: empty ones are removed, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyVim.task import WaitForTask

from ostf_dual.environment.model import Secret, VCenterAccess
from ostf_dual.hypervisors.vcenter import FOLDER_PRIVILEGE, VCenter, project_folders, remove_project_folders
from tests.contract.vcenter.conftest import PASSWORD, USER, Simulator
from tests.contract.vcenter.test_simulator import create_vm, make_disk

ONE, OTHER = "11111111111111111111111111111111", "22222222222222222222222222222222"


@pytest.fixture
def vcenter(simulator: Simulator, tmp_path: Path) -> Iterator[VCenter]:
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    found = VCenter(
        VCenterAccess(
            name="vc",
            host="127.0.0.1",
            port=simulator.port,
            user=USER,
            password=Secret(file=password),
            ca_file=simulator.folder / "ca.pem",
        )
    )
    yield found
    found.close()


def folders(content: Any, *projects: str) -> dict[str, Any]:
    """As Nova and Cinder make them; each project's folder of servers."""
    root = content.rootFolder.childEntity[0].vmFolder
    named = [child for child in root.childEntity if child.name == "OpenStack"]
    openstack = named[0] if named else root.CreateFolder("OpenStack")
    made = {}
    for project in projects:
        folder = openstack.CreateFolder(f"Project ({project})")
        folder.CreateFolder("Volumes")
        made[project] = folder.CreateFolder("Instances")
    return made


def test_the_empty_folders_of_a_project_go_and_another_projects_stay(
    simulator: Simulator, vcenter: VCenter
) -> None:
    with simulator.session() as content:
        folders(content, ONE, OTHER)

        assert vcenter.lacking(FOLDER_PRIVILEGE) == ()
        assert project_folders(vcenter, ONE) == (f"Project ({ONE})",)
        assert remove_project_folders(vcenter, ONE) == ()

        assert project_folders(vcenter, ONE) == ()
        assert project_folders(vcenter, OTHER) == (f"Project ({OTHER})",)
        assert remove_project_folders(vcenter, ONE) == ()  # again
        remove_project_folders(vcenter, OTHER)


def test_a_folder_with_a_machine_in_it_stays_and_so_does_the_machine(
    simulator: Simulator, vcenter: VCenter
) -> None:
    with simulator.session() as content:
        instances = folders(content, ONE)[ONE]
        make_disk(content, "[ds1] boot.vmdk", 1024)
        machine = create_vm(content)
        WaitForTask(instances.MoveIntoFolder_Task([machine]))

        (told,) = remove_project_folders(vcenter, ONE)

        assert told == f"folder Project ({ONE})/Instances of {vcenter} holds {machine.name}"
        assert project_folders(vcenter, ONE) == (f"Project ({ONE})",)
        assert machine.name
