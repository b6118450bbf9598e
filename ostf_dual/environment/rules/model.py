"""What a rule says of a definition."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A rule that a definition breaks.

    Attributes:
        path: In the file, as ``nodes.2.roles``.
        source: Where the rule is from: the spec, a release of Nailgun, this program.
        is_warning: Whether it can be deployed all the same.
    """

    path: str
    message: str
    source: str
    is_warning: bool = False


OURS = "ostf-dual"
