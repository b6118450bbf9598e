"""What a rule is: when it holds, what it then says, and from where that is known."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ostf_dual.diagnosis.findings import Case
from ostf_dual.runs.result import Cause

Words = Mapping[str, str]
"""What a rule's texts are filled with."""

When = Callable[[Case], "Words | None"]
"""The words where the rule holds; None where it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One known cause.

    Attributes:
        kind: Where the cause lies; reports group by it.
        when: Looks at the case only.
        text: The cause, with ``{names}`` for the words.
        command: What to run next, likewise.
        source: From where it is known.
        families: The kinds of checks whose failure it explains; empty: every one.
    """

    name: str
    kind: str
    when: When
    text: str
    command: str
    source: str
    families: frozenset[str] = frozenset()

    def cause(self, case: Case) -> Cause | None:
        """What it says of a case; None: it is not this."""
        if self.families and case.family not in self.families:
            return None
        words = self.when(case)
        if words is None:
            return None
        given = {"zone": case.zone, "hosts": ", ".join(case.hosts), **words}
        return Cause(
            kind=self.kind,
            text=self.text.format_map(given),
            next_command=self.command.format_map(given),
            source=self.source,
        )


def said(pattern: str) -> When:
    """Holds where a text is found in what was said about the fault; its named groups are the words.

    A rule that speaks of a server may use ``{server}``: the first of the run's in the zone.
    """
    compiled = re.compile(pattern, re.IGNORECASE)

    def when(case: Case) -> Words | None:
        found = compiled.search(case.words)
        return {"server": server_of(case), **found.groupdict(default="")} if found else None

    return when


def server_of(case: Case) -> str:
    """The server to look at: one in ERROR, else the first; a placeholder where there is none any more."""
    servers = sorted(case.findings.servers, key=lambda server: server.status != "ERROR")
    return servers[0].id if servers else "SERVER"
