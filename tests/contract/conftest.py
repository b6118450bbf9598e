"""A Fuel master of the tests' own, for its deployer's tests and for the contract of all deployers."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ostf_dual.deployers.nailgun import NailgunDeployer
from tests.contract.deployers.subject import Subject
from tests.contract.nailgun import definitions
from tests.contract.nailgun.server.http import Master, serving

POLL_S = 0.01


@pytest.fixture
def master(monkeypatch: pytest.MonkeyPatch) -> Iterator[Master]:
    """A master whose machines have booted; it wants a login."""
    for name, value in definitions.VARIABLES.items():
        monkeypatch.setenv(name, value)
    with serving(Master(password=definitions.FUEL_PASSWORD)) as found:
        definitions.boot(found)
        yield found


@pytest.fixture
def nailgun_subject(master: Master) -> Subject:
    """The deployer, and a cloud with both hypervisors."""
    environment = definitions.with_vcenter(definitions.kvm_only(master.url))
    unseen = definitions.node(99, "compute-9", "compute")
    more = definitions.node(5, "compute-3", "compute")
    return Subject(
        deployer=NailgunDeployer(poll_s=POLL_S),
        environment=environment,
        more=replace(environment, nodes=(*environment.nodes, more)),
        beyond=replace(environment, nodes=(*environment.nodes, unseen)),
        why=f"no node with MAC {unseen.mac} is known to the master",
        seen=master.world.seen,
        secret=definitions.FUEL_PASSWORD,
    )
