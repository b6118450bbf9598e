"""A run that comes to grief, and what is left of it: looked for without the code that is to be proven."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.errors import OstfError
from ostf_dual.runs.journal import read_journal
from ostf_dual.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

SELECTION = "BOOT-01 or VOL-01 or LIFE-05 or LEAK-01"
"""Servers, spare servers and volumes in both zones, deletions in the middle, and the end: a minute or two."""
IMPATIENT = {"boot_s": 150.0, "volume_s": 60.0, "delete_s": 60.0, "refusal_s": 30.0, "reach_s": 30.0}
PATIENT = {"delete_s": 240.0}
"""Seconds: a run may give up, and clean-up may take its time."""
LONGEST_S = 900.0


@dataclass(kw_only=True)
class Trial:
    """Where runs of one proof keep what they keep."""

    lab: Lab
    folder: Path
    state: Path = field(init=False)

    def __post_init__(self) -> None:
        self.state = self.folder / "state"
        self.state.mkdir(exist_ok=True)

    def environment(self, **budgets: float) -> Path:
        """The lab's environment file, with these budgets."""
        content = yaml.safe_load(self.lab.layout.environment_file.read_text())
        file = self.folder / f"environment-{len(budgets)}.yaml"
        file.write_text(yaml.safe_dump({**content, "budgets": budgets}))
        return file

    @contextmanager
    def run(self, name: str = "run", selection: str = SELECTION) -> "Iterator[Run]":
        """A run as a user starts it."""
        command = ["ostf_dual", "run", "--environment", str(self.environment(**IMPATIENT)),
                   "--reports", str(self.folder / name), "--no-html", "--", "-k", selection]  # fmt: skip
        with self._started(name, command) as run:
            yield run

    @contextmanager
    def hoard(self) -> "Iterator[Run]":
        """A run that makes one thing of every kind, and then kills itself."""
        with self._started("hoard", ["tests.harm.hoard", str(self.environment(**PATIENT))]) as run:
            yield run

    @contextmanager
    def _started(self, name: str, module: list[str]) -> "Iterator[Run]":
        """In a process group of its own; ended with the context whatever it does."""
        output, command = self.folder / f"{name}.txt", [sys.executable, "-m", *module]
        if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
            # Who started us in the background had it ignored, and the run would inherit that.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        with output.open("wb") as file:
            process = subprocess.Popen(
                command, stdout=file, stderr=subprocess.STDOUT, start_new_session=True, env=self._variables()
            )
        run = Run(
            process=process, output=output, reports=self.folder / name, runs=self.state / "ostf-dual/runs"
        )
        try:
            yield run
        finally:
            run.send(signal.SIGKILL)
            process.wait()

    def cleanup(self, *arguments: str, elsewhere: bool = False) -> "Cleanup":
        """``ostf-dual cleanup``, from this machine or, by the marks alone, from another."""
        state = self.folder / "elsewhere" if elsewhere else self.state
        command = [sys.executable, "-m", "ostf_dual", "cleanup", "--environment",
                   str(self.environment(**PATIENT)), "--json",
                   *arguments]  # fmt: skip
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_S,
            env=self._variables(state),
        )
        runs = json.loads(done.stdout)["runs"] if done.stdout.startswith("{") else []
        return Cleanup(code=done.returncode, runs=runs, told=done.stderr)

    def _variables(self, state: Path | None = None) -> dict[str, str]:
        return {**os.environ, "XDG_STATE_HOME": str(state or self.state), "COLUMNS": "200"}


@dataclass(frozen=True, kw_only=True)
class Cleanup:
    """A clean-up that is over."""

    code: int
    runs: list[dict[str, Any]]
    told: str


@dataclass(kw_only=True)
class Run:
    """A run that goes on."""

    process: "subprocess.Popen[bytes]"
    output: Path
    reports: Path
    runs: Path

    @property
    def run_id(self) -> str:
        """Its id, as soon as it tells."""
        found = wait_until(
            lambda: re.search(r"^run (\S+)$", self.output.read_text(), re.MULTILINE),
            lambda match: match is not None or self.process.poll() is not None,
            what="the run to tell its id",
            timeout_s=60,
        )
        if found is None:
            raise OstfError(f"the run ended before it told its id: {self.output.read_text()[-1000:]}")
        return found[1]

    @property
    def journal(self) -> Path:
        """Its journal's file."""
        return self.runs / self.run_id / "journal.jsonl"

    def lines(self) -> int:
        """How many events its journal has."""
        return self.journal.read_bytes().count(b"\n") if self.journal.exists() else 0

    def wait_for_lines(self, wanted: int) -> None:
        """Until its journal has so many events, or it has ended by itself."""
        wait_until(
            lambda: self.lines() >= wanted or self.process.poll() is not None,
            bool,
            what=f"event {wanted} of the run's journal",
            timeout_s=LONGEST_S,
            first_pause_s=0.02,
            longest_pause_s=0.05,
        )

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the run and all of its processes, as a terminal does."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return

    def end(self) -> int:
        """Wait for its end; its exit code."""
        return self.process.wait(timeout=LONGEST_S)

    def journal_fault(self) -> str | None:
        """Why its journal cannot be read; None: it can, or the run was killed before its first line."""
        if not self.journal.exists() or not self.journal.stat().st_size:
            return None
        try:
            read_journal(self.journal)
        except OstfError as error:
            return str(error)
        return None
