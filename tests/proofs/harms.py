"""Runs that come to grief, on the tests' lab: clean-up leaves nothing of theirs, and everything of others."""

from collections.abc import Callable

from ostf_dual.deployers.lab.embedded import Lab
from tests.harm.mishaps import HARMS, Harm
from tests.harm.proof import one_of_every_kind, proven, two_at_once
from tests.proofs.item import Item


class HarmItem:
    """One way to harm a run."""

    kind = "harm"

    def __init__(self, harm: Harm, lab: Callable[[], Lab]) -> None:
        """Take the harm, and who brings the lab up when it is wanted."""
        self._harm, self._lab = harm, lab
        self.name = harm.name

    def tried(self) -> list[str]:
        """See ``Item.tried``."""
        return proven(self._lab(), self._harm)


class TwoAtOnce:
    """Two runs on one cloud, of which one is killed."""

    kind, name = "harm", "two-at-once"

    def __init__(self, lab: Callable[[], Lab]) -> None:
        """Take who brings the lab up when it is wanted."""
        self._lab = lab

    def tried(self) -> list[str]:
        """See ``Item.tried``."""
        return two_at_once(self._lab())


class OneOfEveryKind:
    """A run that has made things of every kind is killed."""

    kind = "harm"

    def __init__(self, lab: Callable[[], Lab], *, elsewhere: bool) -> None:
        """Take who brings the lab up, and whether it is cleaned up from a machine that has no journal of it."""
        self._lab, self._elsewhere = lab, elsewhere
        self.name = "one-of-every-kind" + ("-elsewhere" if elsewhere else "")

    def tried(self) -> list[str]:
        """See ``Item.tried``."""
        return one_of_every_kind(self._lab(), elsewhere=self._elsewhere)


def harms(lab: Callable[[], Lab]) -> tuple[Item, ...]:
    """All of them."""
    every_kind = (OneOfEveryKind(lab, elsewhere=elsewhere) for elsewhere in (False, True))
    return (*(HarmItem(each, lab) for each in HARMS), TwoAtOnce(lab), *every_kind)
