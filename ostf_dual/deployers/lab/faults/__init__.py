"""Real disturbances of the lab, each with the checks that must notice it: a check that cannot fail is a defect."""

from ostf_dual.deployers.lab.faults.catalogue import CATALOGUE
from ostf_dual.deployers.lab.faults.model import Fault, Faults, Red, Scene

__all__ = ["CATALOGUE", "Fault", "Faults", "Red", "Scene"]
