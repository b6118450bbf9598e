"""The smallest cloud that the plugin can run on; copied as conftest.py to where a test's own pytest runs."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ostf_dual.cloud.underway import UnderWay
from ostf_dual.diagnosis.diagnostician import Diagnosis
from ostf_dual.environment.model import Access, Hypervisor
from ostf_dual.errors import InputError, OstfError
from ostf_dual.journal import Journal
from ostf_dual.runs.result import Cause

PLAN: dict[str, Any] = {
    "zones": {"kvm": "qemu", "vcenter": "vcenter"},
    "unproven": {},
    "unverified": [],
    "connect": None,
    "admit": None,
    "broken_server": [],
    "leftovers": [],
    "diagnosis": None,
    **json.loads(os.environ.get("FAKE_CLOUD", "{}")),
}


@dataclass(eq=False)
class Zone:
    label: str
    name: str
    hypervisor: Hypervisor
    witness_missing: str | None
    portrait: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return self.label


class Cloud:
    portrait = (("openstack", "2024.2"),)

    def zones(self) -> tuple[Zone, ...]:
        return tuple(
            Zone(label, label.split(".")[0], Hypervisor(hypervisor), PLAN["unproven"].get(label))
            for label, hypervisor in PLAN["zones"].items()
        )

    def unverified(self) -> tuple[str, ...]:
        return tuple(PLAN["unverified"])

    def close(self) -> None:
        pass


@dataclass
class Server:
    id: str


class Workbench:
    def __init__(self, zones: Sequence[Zone], journal: Journal) -> None:
        self.zones, self.journal, self.under_way = zones, journal, UnderWay()

    def start(self, needs: frozenset[str], zones: Sequence[Zone]) -> None:
        Path("started").write_text(f"{sorted(needs)} {list(zones)}")
        self.journal.made(self.journal.intend("server", "ostf-1"), "id-1")

    def server(self, zone: Zone) -> Server:
        assert zone.label not in PLAN["broken_server"], "the server went to ERROR: No valid host"
        return Server(f"server-of-{zone.label}")

    @contextmanager
    def fresh_server(self, zone: Zone) -> Iterator[Server]:
        yield self.server(zone)

    def close(self) -> tuple[str, ...]:
        with Path("closed").open("a") as file:
            file.write("closed\n")
        if not PLAN["leftovers"]:
            self.journal.gone("server", "id-1")
            self.journal.gone("project", "id-own")
        return tuple(PLAN["leftovers"])


def pytest_ostf_connect(access: Access) -> Cloud:
    kinds = {"input": InputError, "ask": OstfError, "interrupted": KeyboardInterrupt}
    if PLAN["connect"]:
        raise kinds[PLAN["connect"]](f"cannot reach {access.cloud}")
    return Cloud()


def pytest_ostf_admit(journal: Journal) -> str:
    ends = {"refused": OstfError("the run would not fit"), "interrupted": KeyboardInterrupt()}
    if PLAN["admit"]:
        journal.made(journal.intend("project", "ostf-own"), "id-own")
        raise ends[PLAN["admit"]]
    return "in the given project: it is all that there is"


def pytest_ostf_workbench(zones: Sequence[Zone], journal: Journal) -> Workbench:
    return Workbench(zones, journal)


class Diagnostician:
    def examine(self, check: str, zone: Zone | None, message: str) -> Diagnosis:
        with Path("examined").open("a") as file:
            file.write(f"{check} {zone} {message}\n")
        if PLAN["diagnosis"] == "fails":
            raise RuntimeError("nobody knows")
        cause = Cause(kind="service", text="it is down", next_command="look at it", source="a fake")
        return Diagnosis(cause=cause if PLAN["diagnosis"] else None, evidence=(("log", "it ended"),))


def pytest_ostf_diagnostician() -> Diagnostician:
    return Diagnostician()
