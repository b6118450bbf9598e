"""How much each run of a watch checks: less while it takes longer than there is time, and more again later."""

from ostf_dual.runs.profiles import PROFILES, quicker


class Pace:
    """Sheds a profile after a run that was too slow, and takes it up again after runs in time.

    After the n-th shedding it takes n runs in time: what is always too slow is tried ever more seldom.
    """

    def __init__(self, profile: str, interval_s: float) -> None:
        self.profile = profile
        self._wanted, self._interval_s = profile, interval_s
        self._sheddings, self._in_time = 0, 0

    def after(self, took_s: float, *, is_well: bool) -> str | None:
        """Choose the profile of the next run; returns what to say where it is another.

        Args:
            took_s: How long the run took.
            is_well: Whether nothing is at fault. A fault is waited for, and makes a run slow: a quicker one would
                not ask about it again, and seem well.
        """
        if took_s > self._interval_s:
            self._in_time = 0
            return self._shed(took_s) if is_well else None
        self._in_time += 1
        if self.profile == self._wanted or self._in_time < self._sheddings:
            return None
        self._in_time = 0
        self.profile, before = PROFILES[PROFILES.index(self.profile) + 1], self.profile
        return f"the runs are in time: profile {self.profile} in place of {before} again"

    def _shed(self, took_s: float) -> str | None:
        lighter = quicker(self.profile)
        if lighter is None:
            return None
        self._sheddings += 1
        self.profile, before = lighter, self.profile
        return (
            f"the run took {took_s:.0f} s, there are {self._interval_s:g} s between two: "
            f"profile {lighter} in place of {before} from now on"
        )
