"""The lab's namespaces: made by one init process, entered by everything else, gone when it ends."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ostf_dual.errors import OstfError
from ostf_dual.surroundings import passed_on
from ostf_dual.waiting import wait_until

T = TypeVar("T")
_NAMESPACES = ("mount", "net", "pid", "uts", "ipc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process, told apart from a later one that got the same number."""

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> "Process":
        """The process that has this number now."""
        return cls(pid=pid, started=_started(pid))

    @property
    def lives(self) -> bool:
        """Whether it is still that process, and no zombie."""
        try:
            fields = _stat(self.pid)
        except OSError:
            return False
        return fields[0] != "Z" and int(fields[19]) == self.started


class Containment:
    """A way into the namespaces of one init process."""

    def __init__(self, init: Process) -> None:
        self.init = init

    @property
    def command(self) -> tuple[str, ...]:
        """What to put before a command line so that it runs inside."""
        return ("nsenter", "--target", str(self.init.pid), *(f"--{each}" for each in _NAMESPACES), "--")

    def run(
        self, argv: Sequence[str], *, environment: Mapping[str, str] | None = None, timeout_s: float = 120
    ) -> str:
        """Run a program inside and give its output.

        Raises:
            OstfError: It did not end well; the message has the end of its output.
        """
        try:
            done = subprocess.run(
                [*self.command, *argv], env={**passed_on(), **(environment or {})}, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout_s, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise OstfError(f"{argv[0]} did not end within {timeout_s:g} s inside the lab") from error
        if done.returncode:
            last = "\n".join(done.stdout.splitlines()[-12:])
            raise OstfError(f"{' '.join(argv[:3])} ended with {done.returncode} inside the lab:\n{last}")
        return done.stdout

    def in_network(self, ask: Callable[[], T]) -> T:
        """Call a function in the lab's network; only the thread that runs it goes there."""

        def there() -> T:
            self._join_network()
            return ask()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(there).result()

    def _join_network(self) -> None:
        from pyroute2 import netns

        try:
            descriptor = os.open(f"/proc/{self.init.pid}/ns/net", os.O_RDONLY)
        except FileNotFoundError:
            raise OstfError(
                f"the lab's init (process {self.init.pid}) is gone, and the lab with it"
            ) from None
        try:
            netns.setns(descriptor)
        finally:
            os.close(descriptor)

    def end(self) -> None:
        """Kill the init, and with it everything in its namespaces; nothing there is worth a farewell."""
        if self.init.lives:
            os.kill(self.init.pid, signal.SIGKILL)
        wait_until(lambda: self.init.lives, lambda lives: not lives, what="the lab's init to be gone",
                   timeout_s=30)  # fmt: skip


def start(state: Path, supervisord: Path, log: Path) -> Containment:
    """Start an init for the lab whose folder is ``state``; it goes on when this process ends."""
    end_all(state)
    script = Path(__file__).with_name("init.sh")
    with log.open("ab") as out:
        unshare = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--mount-proc",
             "sh", str(script), str(state), str(supervisord)],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, cwd="/", env=passed_on(),
        )  # fmt: skip
    socket = state / "run" / "supervisor.sock"

    def init() -> int | None:
        if unshare.poll() is not None:
            last = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            raise OstfError(f"the lab's init ended with {unshare.returncode}; log: {log}\n{last}")
        children = _children(unshare.pid)
        return children[0] if children and socket.exists() else None

    try:
        pid = wait_until(init, bool, what=f"the lab's supervisor to answer (log: {log})", timeout_s=30)
        assert pid is not None  # noqa: S101 (told to the type checker)
        return Containment(Process.of(pid))
    except BaseException:
        unshare.kill()  # and its child with it: nobody would know of them
        unshare.wait()
        raise


def end_all(state: Path) -> None:
    """End every init of this folder, recorded or not: a ``lab up`` may be killed just before it writes the record."""
    found = inits(state)
    for each in found:
        with suppress(ProcessLookupError):
            os.kill(each.pid, signal.SIGKILL)
    wait_until(lambda: any(each.lives for each in found), lambda lives: not lives,
               what="the inits of an earlier start to be gone", timeout_s=30)  # fmt: skip


def inits(state: Path) -> tuple[Process, ...]:
    """The inits that were started for this folder and live, each after the ``unshare`` that watches over it."""
    found = []
    for pid in (int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()):
        with suppress(OSError):  # it ended just now
            if _is_init_of(state, pid):
                found += [Process.of(each) for each in (pid, *_children(pid))]
    return tuple(found)


def _is_init_of(state: Path, pid: int) -> bool:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return (
        words[0] == b"unshare"
        and os.fsencode(state) in words
        and any(each.endswith(b"/init.sh") for each in words)
    )


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _stat(pid: int) -> list[str]:
    # The second field, the program's name, may hold anything: count from behind it.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _started(pid: int) -> int:
    return int(_stat(pid)[19])
