"""A Fuel master, releases 6.1 to 9.2, by its REST API (Nailgun)."""

from ostf_dual.deployers.nailgun.deployer import NailgunDeployer

__all__ = ["NailgunDeployer"]
