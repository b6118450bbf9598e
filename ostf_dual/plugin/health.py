"""What a health check inside a system scenario found, and how a scenario judges it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_RED = frozenset({"failed", "broken", "leaked"})
_PUT = _RED | {"passed"}
_SHOWN = 300

_SERVING = "API-0 or SVC-0 or VC-0 or KVM-0 or SCH-01 or SCH-02 or FLV-0 or IMG-0 or BOOT-0"
SERVES = ("--profile", "smoke", "--", "-k", _SERVING)
"""Of a health check: whether each zone takes a server whose guest comes up, and what that rests on."""

Place = tuple[str, str | None]
"""A check's id, and the label of its zone; None: of the whole cloud."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a health check found: its exit code, what it said on the terminal, and ``summary.json``."""

    code: int
    output: str
    summary: Mapping[str, Any]

    @property
    def zones(self) -> Mapping[str, str]:
        """Hypervisor by zone label."""
        return {zone["label"]: zone["hypervisor"] for zone in self.summary["zones"]}

    @property
    def red(self) -> Sequence[str]:
        """What somebody has to look at, a line each."""
        return [_line(each) for each in self._at_fault]

    def red_in(self, zones: Collection[str]) -> Sequence[str]:
        """The same of these zones and of the whole cloud; what is red elsewhere is not theirs."""
        return [_line(each) for each in self._at_fault if each["zone"] in {None, *zones}]

    @property
    def messages(self) -> Mapping[Place, str]:
        """What somebody has to look at, by where it is asked; a line for each case and test of the check."""
        found: dict[Place, list[str]] = {}
        for each in self._at_fault:
            found.setdefault((each["id"], each["zone"]), []).append(f"{each['outcome']}: {each['message']}")
        return {where: "\n".join(messages) for where, messages in found.items()}

    @property
    def _at_fault(self) -> Sequence[Mapping[str, Any]]:
        return [each for each in self.summary["checks"] if each["outcome"] in _RED]

    @property
    def told(self) -> str:
        """The whole of it on one line."""
        outcomes = [each["outcome"] for each in self.summary["checks"]]
        counts = ", ".join(f"{outcomes.count(each)} {each}" for each in dict.fromkeys(sorted(outcomes)))
        zones = ", ".join(f"{label} ({hypervisor})" for label, hypervisor in self.zones.items())
        return f"zones {zones or 'none'}; {counts or 'nothing was asked'}; exit code {self.code}"

    def asked(self, check: str) -> Sequence[str]:
        """The zones in which a check was executed."""
        found = (each for each in self.summary["checks"] if each["id"] == check and each["outcome"] in _PUT)
        return [each["zone"] for each in found]

    def faults(self, zones: Collection[str]) -> list[str]:
        """Why the cloud is not well, a line each; empty: checks ran in just these zones, and none was red."""
        found = [*self.red]
        if set(self.zones) != set(zones):
            found.append(f"wanted zones {', '.join(sorted(zones))}, found {', '.join(sorted(self.zones))}")
        return found or ([] if self.code == 0 else [*self.summary["reasons"], f"exit code {self.code}"])

    def deviations(self, red: Mapping[Place, str], also: Collection[Place] = ()) -> list[str]:
        """How it differs from what must be red, a line each; empty: it names just that.

        Args:
            red: What must be red, and words that say the cause.
            also: What may be red with it: its consequences.
        """
        found = self.messages
        unsaid = [
            f"{_told(where)} does not say {words!r}: {found.get(where, 'not red')[:_SHOWN]}"
            for where, words in red.items()
            if words not in found.get(where, "")
        ]
        beyond = [
            f"{_told(where)} is red too: {told[:_SHOWN]}"
            for where, told in found.items()
            if where not in red and where not in also
        ]
        return [*unsaid, *beyond]


def _line(check: Mapping[str, Any]) -> str:
    subject = f"{check['id']} {check['case']}".strip()
    message = f"{check['outcome']}: {check['message']}"
    return f"{_told((subject, check['zone']))} {message[:_SHOWN]}"


def _told(where: Place) -> str:
    check, zone = where
    return f"{check} in {f'zone {zone}' if zone else 'the cloud'}"
