"""Our own client against the simulator: what diagnosis asks a vCenter for."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from pyVim.task import WaitForTask
from pyVmomi import vim

from ostf_dual.environment.model import Secret, VCenterAccess
from ostf_dual.hypervisors.probe import ListedGuest, Power
from ostf_dual.hypervisors.vcenter import VCenter, VCenterProbe, recent_events, recent_tasks
from tests.contract.vcenter.conftest import PASSWORD, USER
from tests.contract.vcenter.test_simulator import INSTANCE, create_vm, make_disk
from tests.contract.vcenter.test_simulator import find_vm as find

if TYPE_CHECKING:
    from tests.contract.vcenter.conftest import Simulator


@pytest.fixture(scope="module")
def guest(simulator: "Simulator") -> None:
    """A machine that runs, with an empty disk: its screen says so."""
    with simulator.session() as content:
        make_disk(content, "[ds1] boot.vmdk", 1024)
        WaitForTask(create_vm(content).PowerOn())


@pytest.fixture
def vcenter(simulator: "Simulator", monkeypatch: pytest.MonkeyPatch) -> Iterator[VCenter]:
    monkeypatch.setenv("CONTRACT_PASSWORD", PASSWORD)
    client = VCenter(
        VCenterAccess(
            name="vc1",
            host="127.0.0.1",
            port=simulator.port,
            user=USER,
            password=Secret(env="CONTRACT_PASSWORD"),
            ca_file=simulator.folder / "ca.pem",
        )
    )
    yield client
    client.close()


@pytest.mark.usefixtures("guest")
def test_the_screen_of_a_guest_is_a_png_and_of_a_stranger_none(vcenter: VCenter) -> None:
    probe = VCenterProbe(vcenter, lambda: ())

    picture = probe.screenshot(INSTANCE)

    assert picture is not None
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert probe.screenshot("00000000-0000-0000-0000-000000000000") is None


@pytest.mark.usefixtures("guest")
def test_events_of_a_cluster_are_told_a_line_each_newest_first(vcenter: VCenter) -> None:
    events = recent_events(vcenter, vcenter.find_cluster("C1"))

    assert any("VmPoweredOnEvent" in event for event in events)
    assert list(events) == sorted(events, reverse=True, key=lambda event: event[:8])


@pytest.mark.usefixtures("guest")
def test_a_task_that_failed_is_told_with_its_reason(simulator: "Simulator", vcenter: VCenter) -> None:
    with simulator.session() as content:
        vm = find(content)
        with pytest.raises(vim.fault.InvalidPowerState):
            WaitForTask(vm.PowerOn())

    newest = recent_tasks(vcenter)[0]

    assert newest.state == "error"
    assert newest.error.startswith("InvalidPowerState")
    assert newest.entity == "testvm"


@pytest.mark.usefixtures("guest")
def test_what_remains_is_found_on_each_datastore_that_may_have_it(vcenter: VCenter) -> None:
    cluster = vcenter.find_cluster("C1")
    probe = VCenterProbe(vcenter, lambda: (cluster,))

    replies = vcenter.search_datastores(cluster, "*testvm*", is_novas=True)

    assert dict(replies.answers) == {"ds1": ("[ds1] testvm",)}
    assert "virtual machine 'testvm'" in probe.remains_of(INSTANCE)
    assert probe.remains_of("00000000-0000-0000-0000-000000000000") == ()
    assert probe.unasked == ()


@pytest.mark.usefixtures("guest")
def test_the_list_of_guests_is_what_nova_manages_at_a_cost_that_does_not_grow(
    simulator: "Simulator", vcenter: VCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = vcenter.find_cluster("C1")
    probe = VCenterProbe(vcenter, lambda: (cluster,))
    assert probe.guests().guests == ()
    with simulator.session() as content:
        by = vim.ext.ManagedByInfo(extensionKey="org.openstack.compute", type="instance")
        WaitForTask(find(content).ReconfigVM_Task(vim.vm.ConfigSpec(managedBy=by)))
    asked: list[str] = []
    ask = vcenter.ask

    def counting(what: str, question: Callable[[Any], Any]) -> Any:
        asked.append(what)
        return ask(what, question)

    monkeypatch.setattr(vcenter, "ask", counting)

    listing = probe.guests()

    assert listing.guests == (ListedGuest(id=INSTANCE, name="testvm", power=Power.RUNNING, host=cluster),)
    assert sum(what.startswith("for name, config.instanceUuid") for what in asked) == 1
    assert len(asked) == 5  # besides: the cluster, its view, what is in it, and the view's end


@pytest.mark.usefixtures("guest")
def test_a_guest_that_was_cut_off_is_told_from_one_that_shut_down(
    simulator: "Simulator", vcenter: VCenter
) -> None:
    probe = VCenterProbe(vcenter, lambda: ())
    running = probe.find_guest(INSTANCE)
    simulator.admin(f"/vm?uuid={INSTANCE}&power=poweredOff")

    cut_off = probe.find_guest(INSTANCE)

    assert running is not None
    assert cut_off is not None
    assert (running.power, running.forced) == (Power.RUNNING, "")
    assert (cut_off.power, cut_off.forced) == (Power.OFF, "cut off")
