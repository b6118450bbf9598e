"""The simulator with a guest that boots: the TestVM."""

import re
import shutil
import signal
import ssl
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pyVim.task import WaitForTask
from pyVmomi import vim

from ostf_dual.waiting import wait_until

if TYPE_CHECKING:
    from tests.contract.vcenter.conftest import Simulator

INSTANCE = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
BOOT_TIMEOUT_S = 120
SECTORS_OF_64_MIB = 131072


def make_disk(content: Any, path: str, size_kib: int) -> None:
    """An empty disk on the datastore."""
    spec = vim.VirtualDiskManager.FileBackedVirtualDiskSpec(
        diskType="thin", adapterType="lsiLogic", capacityKb=size_kib
    )
    datacenter = content.rootFolder.childEntity[0]
    WaitForTask(content.virtualDiskManager.CreateVirtualDisk_Task(path, datacenter, spec))


def add(device: Any) -> Any:
    """A change that adds a device."""
    return vim.vm.device.VirtualDeviceSpec(operation="add", device=device)


def disk_at(path: str, controller: int, unit: int) -> Any:
    """A disk device on an existing file."""
    backing = vim.vm.device.VirtualDisk.FlatVer2BackingInfo(fileName=path, diskMode="persistent")
    return vim.vm.device.VirtualDisk(key=-100, controllerKey=controller, unitNumber=unit, backing=backing)


def create_vm(content: Any) -> Any:
    """A VM with a paraVirtual boot disk and a vmxnet3 NIC."""
    datacenter = content.rootFolder.childEntity[0]
    cluster = datacenter.hostFolder.childEntity[0]
    portgroup = next(network for network in cluster.network if network.name == "pg-a")
    port = vim.dvs.PortConnection(
        switchUuid=portgroup.config.distributedVirtualSwitch.uuid, portgroupKey=portgroup.key
    )
    nic = vim.vm.device.VirtualVmxnet3(
        key=-47,
        macAddress="fa:16:3e:00:11:22",
        addressType="manual",
        backing=vim.vm.device.VirtualEthernetCard.DistributedVirtualPortBackingInfo(port=port),
    )
    scsi = vim.vm.device.ParaVirtualSCSIController(key=-101, busNumber=0, sharedBus="noSharing")
    spec = vim.vm.ConfigSpec(
        name="testvm",
        instanceUuid=INSTANCE,
        guestId="otherGuest",
        numCPUs=1,
        memoryMB=160,
        files=vim.vm.FileInfo(vmPathName="[ds1]"),
        deviceChange=[add(scsi), add(nic), add(disk_at("[ds1] boot.vmdk", -101, 0))],
    )
    task = datacenter.vmFolder.CreateVM_Task(spec, cluster.resourcePool)
    WaitForTask(task)
    return task.info.result


def find_vm(content: Any) -> Any:
    """The VM by its instance UUID, as nova looks for it."""
    (vm,) = content.searchIndex.FindAllByUuid(None, INSTANCE, True, True)
    return vm


def blocks(simulator: "Simulator") -> list[str]:
    """What the guest said of its disks, oldest first, such as ``sda:32768 sdb:131072``."""
    return re.findall(r"TESTVM-BLOCK ([^\r\n]*)", simulator.console(INSTANCE))


def wait_for_blocks(simulator: "Simulator", wanted: str, boots: int = 0) -> None:
    """Wait until the guest's last word of its disks matches."""
    wait_until(
        lambda: blocks(simulator)[boots:],
        lambda seen: bool(seen) and re.fullmatch(wanted, seen[-1]) is not None,
        what=f"the guest to see {wanted}",
        timeout_s=BOOT_TIMEOUT_S,
    )


@pytest.fixture(scope="module")
def vm_ref(simulator: "Simulator", testvm: Path) -> str:
    """The reference of a running VM that has booted."""
    extent = simulator.folder / "datastores/ds1/boot-flat.vmdk"
    raw = simulator.folder / "boot.raw"
    subprocess.run(["qemu-img", "convert", "-O", "raw", testvm, raw], check=True)
    with simulator.session() as content:
        make_disk(content, "[ds1] boot.vmdk", raw.stat().st_size // 1024)
        shutil.move(raw, extent)
        vm = create_vm(content)
        WaitForTask(vm.PowerOn())
        wait_for_blocks(simulator, r"sda:\d+")
        ref: str = vm._moId
        return ref


def screen(simulator: "Simulator", ref: str, cookie: str = "") -> tuple[int, bytes]:
    """What vCenter shows of a guest's screen, and the status that it answers with."""
    context = ssl.create_default_context(cafile=str(simulator.folder / "ca.pem"))
    url = f"https://127.0.0.1:{simulator.port}/screen?id={ref}"
    request = urllib.request.Request(url, headers={"Cookie": cookie})
    try:
        with urllib.request.urlopen(request, timeout=20, context=context) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, b""


def test_the_screen_of_a_running_guest_is_a_picture_for_who_is_logged_in(
    simulator: "Simulator", vm_ref: str
) -> None:
    with simulator.session() as content:
        cookie = content.rootFolder._stub.cookie
        status, picture = screen(simulator, vm_ref, cookie)
        unknown, _ = screen(simulator, "vm-nobody", cookie)
    stranger, _ = screen(simulator, vm_ref)

    assert (status, unknown, stranger) == (200, 404, 401)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")


def test_events_can_be_asked_for_by_what_they_happened_to(simulator: "Simulator", vm_ref: str) -> None:
    with simulator.session() as content:
        cluster = content.rootFolder.childEntity[0].hostFolder.childEntity[0]
        below = vim.event.EventFilterSpec.ByEntity(entity=cluster, recursion="all")
        events = content.eventManager.QueryEvents(vim.event.EventFilterSpec(entity=below, maxCount=5))

    assert 0 < len(events) <= 5
    assert {event.vm.vm._moId for event in events if event.vm} == {vm_ref}


def test_a_disk_comes_and_goes_in_the_running_guest(simulator: "Simulator", vm_ref: str) -> None:
    with simulator.session() as content:
        vm = find_vm(content)
        assert vm._moId == vm_ref
        controller = next(
            d.key for d in vm.config.hardware.device if isinstance(d, vim.vm.device.ParaVirtualSCSIController)
        )
        make_disk(content, "[ds1] volume.vmdk", 64 * 1024)
        attach = vim.vm.ConfigSpec(deviceChange=[add(disk_at("[ds1] volume.vmdk", controller, 1))])
        WaitForTask(vm.ReconfigVM_Task(attach))
        wait_for_blocks(simulator, rf"sda:\d+ sdb:{SECTORS_OF_64_MIB}")
        volume = next(
            d
            for d in vm.config.hardware.device
            if isinstance(d, vim.vm.device.VirtualDisk) and d.unitNumber == 1
        )
        detach = vim.vm.device.VirtualDeviceSpec(operation="remove", device=volume)
        WaitForTask(vm.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=[detach])))
        wait_for_blocks(simulator, r"sda:\d+")


def test_memory_is_measured_and_no_more_than_the_guest_has(simulator: "Simulator", vm_ref: str) -> None:
    with simulator.session() as content:
        counter = next(
            c.key
            for c in content.perfManager.perfCounter
            if (c.groupInfo.key, c.nameInfo.key, c.rollupType) == ("mem", "consumed", "average")
        )
        metric = vim.PerformanceManager.MetricId(counterId=counter, instance="")
        query = vim.PerformanceManager.QuerySpec(
            entity=find_vm(content), intervalId=20, maxSample=1, metricId=[metric]
        )
        (answer,) = content.perfManager.QueryPerf([query])
        assert answer.entity._moId == vm_ref
        (consumed_kib,) = answer.value[0].value
        assert 10 * 1024 < consumed_kib <= 160 * 1024


def test_free_space_is_within_the_capacity(simulator: "Simulator", vm_ref: str) -> None:
    with simulator.session() as content:
        summary = find_vm(content).datastore[0].summary
        assert vm_ref
        assert 0 < summary.freeSpace < summary.capacity


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_vm_comes_back_and_runs_after_a_restart(
    simulator: "Simulator", vm_ref: str, how: signal.Signals
) -> None:
    boots = len(blocks(simulator))
    simulator.end(how)
    simulator.start()
    with simulator.session() as content:
        vm = find_vm(content)
        assert (vm._moId, vm.runtime.powerState) == (vm_ref, "poweredOn")
    wait_for_blocks(simulator, r"sda:\d+", boots)


def test_a_guest_that_powers_itself_off_turns_its_vm_off(simulator: "Simulator", vm_ref: str) -> None:
    with simulator.session() as content:
        vm = find_vm(content)
        assert vm._moId == vm_ref
        vm.ShutdownGuest()
        wait_until(
            lambda: vm.runtime.powerState,
            lambda state: state == "poweredOff",
            what="the VM to be off",
            timeout_s=60,
        )
        assert vm.runtime.cleanPowerOff is True


def test_fault_injection_wants_the_token(simulator: "Simulator") -> None:
    with pytest.raises(urllib.error.HTTPError, match="401"):
        simulator.admin("/sessions", token="guess")  # noqa: S106
    assert simulator.admin("/sessions")


def test_a_session_of_before_a_restart_is_told_to_log_in_again(simulator: "Simulator") -> None:
    with simulator.session() as content:
        browser = content.rootFolder.childEntity[0].datastore[0].browser._moId
        simulator.end(signal.SIGKILL)
        simulator.start()
        content.rootFolder._stub.DropConnections()

        with pytest.raises(vim.fault.NotAuthenticated):
            _ = content.rootFolder.childEntity

    with simulator.session() as content:
        assert content.rootFolder.childEntity[0].datastore[0].browser._moId == browser
