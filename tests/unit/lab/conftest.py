"""Every node of a lab, as `lab up` would write it, without a lab."""

from pathlib import Path

import pytest

from ostf_dual.deployers.lab import files, nodes
from ostf_dual.deployers.lab.nodes import Node
from ostf_dual.deployers.lab.record import Record


@pytest.fixture(scope="session")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A venv with what the configuration reads from it."""
    folder = tmp_path_factory.mktemp("venv")
    paste = folder / "lib/python3.11/site-packages/gnocchi/rest/api-paste.ini"
    paste.parent.mkdir(parents=True)
    paste.write_text("[filter:keystone_authtoken]\noslo_config_project = gnocchi\n")
    return folder


@pytest.fixture(scope="session")
def lab_record() -> Record:
    return Record.new("one", vcenters=1, virt_type="qemu")


@pytest.fixture(scope="session")
def all_nodes(venv: Path, lab_record: Record) -> tuple[Node, ...]:
    site, center = files.site(lab_record, venv), lab_record.vcenters[0]
    return (
        nodes.controller(site, lab_record.ports),
        nodes.vcenter(center, Path("/cache/vcenter"), files.vcenter_json(lab_record, center)),
        nodes.compute_kvm(site),
        nodes.compute_vcenter(site, center, files.CLUSTER),
        nodes.cinder_kvm(site),
        nodes.cinder_vmware(site, center, files.CLUSTER),
    )
