"""A cloud that has one hypervisor, in the shape that it had of old, becomes one with two; what ran goes on."""

from typing import TYPE_CHECKING

import pytest

from ostf_dual.cloud.residents import Resident, changes
from ostf_dual.cloud.shelving import shelve, unshelve
from ostf_dual.cloud.workbench import Workbench
from ostf_dual.deployers.base import Action
from ostf_dual.environment.conversion import Options, convert, kvm_first, vcenter_first
from ostf_dual.environment.expectations import zones_of
from ostf_dual.errors import InputError, UnsupportedError
from ostf_dual.plugin.stage import connected
from ostf_dual.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ostf_dual.cloud.residents import Trace
    from ostf_dual.environment.conversion import Conversion, Halves
    from ostf_dual.environment.definition import Environment
    from ostf_dual.environment.model import Access
    from ostf_dual.journal import Journal
    from ostf_dual.plugin.stage import Stage
    from ostf_dual.plugin.typing import Evidence, Step

KEEP = Options()


@pytest.mark.check("SYS-05", profile="system", layer="system")
def test_convert_kvm_only(stage: "Stage", journal: "Journal", step: "Step", evidence: "Evidence") -> None:
    """A KVM cloud of old is converted while a server runs; then its host moves, emptied by shelving.

    Why: Who has a cloud with KVM alone has servers in zone nova, made from an image called TestVM. They must not
        notice that vCenter comes; only who asks for it has them shelved, so that their host gets a zone of its own.
    Witnesses: The plans; the health check before, between and after; of the server that stays Nova, Cinder, the
        hypervisor, the guest itself, and Glance of the image that it was made from.
    On failure: The conversion's steps and the deployments' plans are attached; the first step that is red says how
        far it came. `openstack server event list` tells of a shelving that failed.
    Source: The dual-hypervisor spec, Upgrade impact: existing clouds with one hypervisor must be convertible; Nova
        30.0.0 (2024.2): a host with servers is not moved to another zone.
    """
    halves = kvm_first(stage.dual)
    kept = carried_out(converted(halves, KEEP, evidence), stage)
    moved = new_of(convert(halves.old, halves.addition, Options(zone="kvm")))
    access = deployed_of_old(stage, step, halves.old)

    with connected(access) as cloud:
        (zone,) = cloud.zones()
        workbench = Workbench(cloud, [zone], journal)
        try:
            with step("boot a server with a volume from the image TestVM, to stay"):
                image, resident = zone.image, Resident(workbench, zone)
                untouched = resident.trace()
                evidence("the server before", str(untouched))

            with step("to move its host is refused, since it has a server, which is named"):
                with pytest.raises(InputError) as refused:
                    stage.deploy(moved)
                evidence("refusal", str(refused.value))
                assert resident.server.name in str(refused.value)

            convert_around(stage, step, halves.old, kept)
            with step("the server and its volume are as they were, and so is the image but for its name"):
                assert_same(changes(untouched, resident.trace()))
                assert_renamed(access, image.id, "TestVM-KVM")

            with step("shelve the server, move its host to zone kvm, and unshelve it there"):
                server, within_s = resident.server.id, zone.budgets.boot_s
                shelve(cloud, workbench.servers, server, timeout_s=within_s)
                stage.deploy(moved)
                unshelve(cloud, workbench.servers, server, "kvm", timeout_s=within_s)

            with step("it is up again, in its new zone, with its volume, and nothing else is otherwise"):
                wanted = {"zone", "launched_at", "boots"}
                found = back_again(resident, untouched, wanted, zone.budgets.guest_up_s)
                evidence("the server after", str(found))
                assert found.zone == "kvm"

            with step("the health check finds both zones, and that both are well"):
                health = stage.health("--profile", "quick")
                assert not (faults := health.faults(zones_of(moved))), "\n".join(faults)
        finally:
            leftovers = workbench.close()
    assert not leftovers, leftovers


@pytest.mark.check("SYS-11", profile="system", layer="system")
def test_convert_vcenter_only(stage: "Stage", journal: "Journal", step: "Step", evidence: "Evidence") -> None:
    """A vCenter cloud of old, its nova-computes on the controllers, gets computes while a server runs.

    Why: The other way round is a conversion too: Fuel made clouds with vCenter alone, whose nova-computes share the
        controllers. They stay there; KVM comes beside them.
    Witnesses: The plan; the health check before and after; of the server that stays Nova, Cinder, vCenter, the guest
        itself, and Glance of the image that it was made from.
    On failure: The conversion's steps and the deployment's plan are attached; the first step that is red says how
        far it came.
    Source: The dual-hypervisor spec, Upgrade impact: existing clouds with one hypervisor must be convertible.
    """
    halves = vcenter_first(stage.dual)
    new = carried_out(converted(halves, KEEP, evidence), stage)
    access = deployed_of_old(stage, step, halves.old)

    with connected(access) as cloud:
        zone, *_ = cloud.zones()
        workbench = Workbench(cloud, [zone], journal)
        try:
            with step("boot a server with a volume from the image TestVM, to stay"):
                image, resident = zone.image, Resident(workbench, zone)
                untouched = resident.trace()
                evidence("the server before", str(untouched))

            convert_around(stage, step, halves.old, new)
            with step("the server and its volume are as they were, and so is the image but for its name"):
                assert_same(changes(untouched, resident.trace()))
                assert_renamed(access, image.id, "TestVM-VMDK")
        finally:
            leftovers = workbench.close()
    assert not leftovers, leftovers


def converted(halves: "Halves", options: Options, evidence: "Evidence") -> "Conversion":
    """The conversion, with all that it says kept beside the result."""
    found = convert(halves.old, halves.addition, options)
    evidence(
        "conversion",
        [
            *found.refusals,
            *(f"{each.by}: {each.what}: {each.detail}" for each in found.steps),
            *found.consequences,
            *found.impossibilities,
        ],
    )
    return found


def carried_out(conversion: "Conversion", stage: "Stage") -> "Environment":
    """The definition with both hypervisors, where deploying it is all that is to be done.

    Raises:
        UnsupportedError: Its deployer leaves steps to the operator; nothing was deployed.
    """
    if left := conversion.left_to_the_operator:
        raise UnsupportedError(
            f"deployer {stage.definition.deployer} leaves to the operator what this scenario has it do: "
            f"{', '.join(left)} (source: ostf_dual.environment.conversion.steps)"
        )
    return new_of(conversion)


def new_of(conversion: "Conversion") -> "Environment":
    """The definition with both hypervisors."""
    assert conversion.environment is not None, "\n".join(conversion.refusals)
    return conversion.environment


def deployed_of_old(stage: "Stage", step: "Step", old: "Environment") -> "Access":
    """The cloud as it was, and well."""
    with step("deploy the cloud with one hypervisor, as it was of old"):
        access = stage.deploy(old)

    with step("the health check finds one hypervisor, and that it is well"):
        health = stage.health("--profile", "quick")
        assert not (faults := health.faults(zones_of(old))), "\n".join(faults)
    return access


def convert_around(stage: "Stage", step: "Step", old: "Environment", new: "Environment") -> None:
    """Carry the conversion out, with servers there."""
    with step("the plan renames the image, and neither changes nor removes a node or a zone that is there"):
        plan = stage.plan(new)
        assert not plan.refusals, plan.refusals
        renamed = [each for each in plan.changes if each.what == "image TestVM"]
        assert [each.action for each in renamed] == [Action.CHANGE], plan.changes
        there = {*(f"node {each.name}" for each in old.nodes), *(f"zone {name}" for name in zones_of(old))}
        touched = [
            each
            for each in plan.changes
            if each.what in there and each.action in {Action.CHANGE, Action.REMOVE}
        ]
        assert not touched, touched

    with step("deploy the converted definition"):
        stage.deploy(new)

    with step("the health check finds both hypervisors, and that both are well"):
        health = stage.health("--profile", "smoke")
        assert not (faults := health.faults(zones_of(new))), "\n".join(faults)


def back_again(resident: Resident, before: "Trace", may_differ: "Iterable[str]", timeout_s: float) -> "Trace":
    """What is known of a server that was shelved, once only what may differ does."""
    allowed = tuple(f"{name}: " for name in may_differ)

    def others(now: "Trace") -> list[str]:
        return [line for line in changes(before, now) if not line.startswith(allowed)]

    return wait_until(
        resident.trace,
        lambda now: not others(now),
        what=f"server {resident.server.name} to be as it was but for {', '.join(sorted(may_differ))}",
        timeout_s=timeout_s,
        describe=lambda now: "; ".join(others(now)),
    )


def assert_same(found: "Iterable[str]") -> None:
    """Nothing of the server is otherwise."""
    lines = list(found)
    assert not lines, f"the conversion disturbed the server: {'; '.join(lines)}"


def assert_renamed(access: "Access", image_id: str, name: str) -> None:
    """The image that the server was made from is the same one, under its new name."""
    with connected(access) as cloud:
        names = {zone.image.id: zone.image.name for zone in cloud.zones()}
    assert names.get(image_id) == name, f"image {image_id} should be called {name} now; zones have {names}"
