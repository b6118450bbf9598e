"""Every node of a lab, as `lab up` would write it, without a lab."""

from pathlib import Path

import pytest

from ostf_dual.deployers.lab import files, nodes
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.service import Node
from ostf_dual.deployers.lab.shape import ALL_NODES, usual


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
    return Record.new("one", shape=usual(ALL_NODES), virt_type="qemu")


@pytest.fixture(scope="session")
def all_nodes(venv: Path, lab_record: Record) -> tuple[Node, ...]:
    return nodes_of(lab_record, venv)


def nodes_of(record: Record, venv: Path) -> tuple[Node, ...]:
    """Every node of a lab of this record."""
    site, program = files.site(record, venv), Path("/cache/vcenter")
    centers = (
        nodes.vcenter(each, program, files.vcenter_json(record, each), record.ports[each.name])
        for each in record.vcenters
    )
    return (*(nodes.node_of(each, site, record.ports) for each in record.shape.parts), *centers)
