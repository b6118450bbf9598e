"""Which deployer a definition's `deployer` names; it is imported when it is wanted."""

from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Final

from ostf_dual.deployers.base import Deployer
from ostf_dual.environment.definition import DeployerName

DEPLOYERS: Final[Mapping[DeployerName, str]] = {
    DeployerName.LAB: "ostf_dual.deployers.lab.deployer:LabDeployer",
    DeployerName.NAILGUN: "ostf_dual.deployers.nailgun:NailgunDeployer",
    DeployerName.EXISTING: "ostf_dual.deployers.existing:ExistingDeployer",
    DeployerName.COMMAND: "ostf_dual.deployers.command:CommandDeployer",
}


def deployer_of(name: DeployerName) -> Deployer:
    """The deployer of a name."""
    found: Deployer = resolve_name(DEPLOYERS[name])()
    return found
