"""Deploys the definition of a cloud onto the embedded lab."""

from contextlib import AbstractContextManager

from ostf_dual.deployers.base import Plan
from ostf_dual.deployers.lab import acceleration, outages
from ostf_dual.deployers.lab.difference import changes
from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.limits import lab_name
from ostf_dual.deployers.lab.mapping import Mapped, mapped
from ostf_dual.deployers.lab.shape import Shape
from ostf_dual.deployers.lab.telling import translated
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.model import Access
from ostf_dual.environment.secret import resolve
from ostf_dual.errors import InputError


class LabDeployer:
    """One lab for each environment, of the same name; ``ostf-dual lab`` shows and ends it like any other."""

    def plan(self, environment: Environment, progress: Progress) -> Plan:
        """See ``Deployer.plan``."""
        found = self._mapped(environment)
        if found.refusals:
            return Plan(refusals=found.refusals)
        lab = Lab(environment.name)
        with translated(lab):
            if refusal := _refusal(lab, found.shape):
                return Plan(refusals=(refusal,))
            difference = lab.difference(found.shape)
            if not lab.stands and lab.layout.state.exists():
                progress.say(f"The lab {environment.name!r} does not run: it would be made anew.")
            return Plan(
                changes=(*changes(difference), *found.notes),
                refusals=lab.holdings(difference),
            )

    def deploy(self, environment: Environment, progress: Progress) -> Access:
        """See ``Deployer.deploy``."""
        from ostf_dual.environment.load import load_access  # pydantic

        plan = self.plan(environment, progress)
        if plan.refusals:
            raise InputError("\n  ".join(("the lab cannot carry this environment:", *plan.refusals)))
        lab = Lab(environment.name)
        with translated(lab, "Deploying it again goes on."):
            lab.bring_to(progress, self._mapped(environment).shape)
        return load_access(lab.layout.environment_file)

    def destroy(self, environment: Environment, progress: Progress) -> None:
        """See ``Deployer.destroy``."""
        lab = Lab(environment.name)
        with translated(lab, "Destroying it again goes on."):
            lab.down(progress)

    def node_lost(
        self, environment: Environment, node: str, progress: Progress
    ) -> AbstractContextManager[None]:
        """See ``Outages.node_lost``."""
        lab = Lab(environment.name)
        name = next((lab_name(each) for each in environment.nodes if each.name == node), node)
        return outages.lost(lab, outages.services_of(lab, name), f"node {node}", progress)

    def service_lost(
        self, environment: Environment, service: str, progress: Progress
    ) -> AbstractContextManager[None]:
        """See ``Outages.service_lost``."""
        return outages.lost(Lab(environment.name), (service,), f"service {service}", progress)

    def _mapped(self, environment: Environment) -> Mapped:
        lab = Lab(environment.name)
        own = (
            {each.name: lab.record.passwords[each.name] for each in lab.record.vcenters} if lab.stands else {}
        )
        return mapped(environment, resolve, own)


def _refusal(lab: Lab, shape: Shape) -> str | None:
    """Why the definition's hypervisor cannot be had."""
    wanted = shape.virt_type
    if lab.stands:
        found, can_change = lab.record.virt_type, lab.record.shape.libvirt is None and wanted == "qemu"
        if wanted in {None, found} or can_change:
            return None
        return f"hypervisor: the lab {lab.layout.name!r} was made with {found}: destroy it first"
    return acceleration.refusal(lab.layout) if wanted == "kvm" else None
