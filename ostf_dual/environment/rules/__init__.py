"""What is wrong with a definition, all of it at once, before any deployer is called.

Two rule books, by the definition's release: Fuel's (the spec, and what Nailgun's releases made of it) and today's
OpenStack. Every zone and every vSphere cluster is looked at, where Nailgun looks at the first zone only.
"""

from itertools import chain

from ostf_dual.environment.definition import Environment
from ostf_dual.environment.rules import clusters, deployers, images, networks, nodes, storage, vmware
from ostf_dual.environment.rules.model import Problem, Rule

__all__ = ["RULES", "Problem", "Rule", "problems"]

_SECTIONS = (deployers, networks, nodes, storage, images, vmware, clusters)
RULES: tuple[Rule, ...] = tuple(chain.from_iterable(each.RULES for each in _SECTIONS))


def problems(environment: Environment) -> tuple[Problem, ...]:
    """Every rule that the definition breaks, in the order of the file's sections."""
    return tuple(chain.from_iterable(each.problems(environment) for each in _SECTIONS))
