"""The conversion as a whole: whether it can be, and all that there is to say of it."""

from collections.abc import Collection, Iterator

from ostf_dual.environment.conversion.addition import Addition
from ostf_dual.environment.conversion.joining import joined, moves_of, renamings_of
from ostf_dual.environment.conversion.meaning import consequences, impossibilities
from ostf_dual.environment.conversion.model import Conversion, Move, Options
from ostf_dual.environment.conversion.steps import steps
from ostf_dual.environment.definition import DeployerName, Environment
from ostf_dual.environment.expectations import COMPUTE, DEFAULT_ZONE, zones_of
from ostf_dual.environment.model import Hypervisor
from ostf_dual.environment.rules import problems


def convert(old: Environment, addition: Addition, options: Options) -> Conversion:
    """Make a definition of one hypervisor one of two.

    Args:
        old: What is there. It need not keep to the rules, which are younger than many a cloud.
        addition: The half that comes.
        options: What the user chose.
    """
    moves = moves_of(old, options)
    if refusals := (*_halves(old, addition), *_nodes(old, addition), *_zones(old, options, moves)):
        return Conversion(environment=None, refusals=refusals)
    renamings = renamings_of(old, addition, options)
    new = joined(old, addition, moves, renamings)
    broken = tuple(
        f"{each.path}: {each.message} ({each.source})" for each in problems(new) if not each.is_warning
    )
    if broken:
        return Conversion(environment=None, refusals=broken)
    return Conversion(
        environment=new,
        steps=steps(old, new, addition, moves, renamings),
        consequences=consequences(old, new, moves, renamings),
        impossibilities=impossibilities(old, new),
    )


def _halves(old: Environment, addition: Addition) -> Iterator[str]:
    """Whether the one lacks just what the other brings."""
    there = _kinds(old)
    has_libvirt, has_vcenter = any(each.is_libvirt for each in there), Hypervisor.VCENTER in there
    brings_computes = any(COMPUTE in node.roles for node in addition.nodes) or addition.hypervisor is not None
    if has_libvirt and has_vcenter:
        yield "the cloud has both hypervisors already: there is nothing to convert"
    elif not has_libvirt and not has_vcenter:
        yield "the cloud has no hypervisor: no node with role compute, and no vmware section"
    elif has_libvirt and addition.vmware is None:
        yield "the cloud lacks vCenter, and what is to come has no vmware section"
    elif has_libvirt and brings_computes:
        yield "the cloud has its computes already: a vCenter part brings no hypervisor and no node with role compute"
    elif has_vcenter and addition.vmware is not None:
        yield "the cloud has vCenter already: a KVM part has no vmware section"
    elif has_vcenter and not (addition.hypervisor and brings_computes):
        yield "the cloud lacks computes: a KVM part says `hypervisor` (kvm or qemu) and has nodes with role compute"


def _kinds(environment: Environment) -> Collection[Hypervisor]:
    found = {kind for kinds in zones_of(environment).values() for kind in kinds}
    said = environment.access.zones.values() if environment.access else ()
    return found | {each.hypervisor for each in said if each.hypervisor}


def _nodes(old: Environment, addition: Addition) -> Iterator[str]:
    """Whether a node that is in both is one node."""
    there = {node.name: node for node in old.nodes}
    for node in addition.nodes:
        same = there.get(node.name)
        if same and node.mac and same.mac and node.mac.lower() != same.mac.lower():
            yield f"node {node.name} is in both, with two MACs"


def _zones(old: Environment, options: Options, moves: Collection[Move]) -> Iterator[str]:
    names = [zone.name for zone in old.vmware.zones] if old.vmware else []
    if DEFAULT_ZONE in names and options.zone is None:
        yield (
            f"a vCenter zone is called {DEFAULT_ZONE}, where Nova puts every host without a zone: choose its new "
            "name with --zone NAME; its hosts are emptied by shelving for that"
        )
    if moves and old.deployer is DeployerName.NAILGUN:
        yield (
            f"--zone {options.zone}: a Fuel master has its computes in zone {DEFAULT_ZONE}, and a vCenter zone's name "
            "in its hosts' names: hosts that are there keep their zones"
        )
    elif len(moves) > 1:
        there = ", ".join(each.was for each in moves)
        yield f"--zone {options.zone}: hosts of several zones ({there}) would come into one; keep their zones"
