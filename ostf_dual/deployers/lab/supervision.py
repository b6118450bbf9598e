"""Supervisord, which runs the lab's services: its configuration, and its XML-RPC for us.

It restarts what dies, keeps the logs, reaps orphans (it is process 1) and takes nodes in while it runs.
"""

import configparser
import http.client
import io
import os
import socket
import xmlrpc.client
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ostf_dual.errors import OstfError


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A supervised process.

    Attributes:
        argv: Its command line, as seen inside the lab.
        environment: Over the supervisor's own.
        settles_s: A program that ends sooner has not started; it is tried four times, and left alone then.
    """

    name: str
    argv: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    stop_signal: str = "TERM"
    stop_within_s: int = 10
    settles_s: int = 2


def main_file(inside: Path, environment: Mapping[str, str]) -> str:
    """The supervisor's own configuration; nodes are files in ``etc/nodes``."""
    return _ini({
        "supervisord": {
            "logfile": f"{inside}/log/supervisord.log", "loglevel": "info", "logfile_backups": "1",
            "pidfile": f"{inside}/run/supervisord.pid", "childlogdir": f"{inside}/log", "umask": "077",
            "minfds": "4096", "environment": _environment(environment), "user": "root",
        },
        "unix_http_server": {"file": f"{inside}/run/supervisor.sock", "chmod": "0700"},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
        "include": {"files": f"{inside}/etc/nodes/*.conf"},
    })  # fmt: skip


def node_file(inside: Path, node: str, programs: Iterable[Program]) -> str:
    """The supervisor's configuration of one node: a group of its programs, none started by itself."""
    sections = {"group:" + node: {"programs": ",".join(each.name for each in programs)}}
    for each in programs:
        sections["program:" + each.name] = {
            "command": " ".join(_quote(word) for word in each.argv),
            "environment": _environment(dict(each.environment)), "directory": f"{inside}/var",
            "autostart": "false", "autorestart": "true", "startsecs": str(each.settles_s), "startretries": "3",
            "stopasgroup": "true", "killasgroup": "true", "stopsignal": each.stop_signal,
            "stopwaitsecs": str(each.stop_within_s), "redirect_stderr": "true",
            "stdout_logfile": f"{inside}/log/{each.name}.log", "stdout_logfile_maxbytes": "20MB",
            "stdout_logfile_backups": "1",
        }  # fmt: skip
    return _ini(sections)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the supervisor says of a program.

    Attributes:
        node: The group; NODE+WORD where a node has several.
    """

    node: str
    name: str
    state: str
    pid: int
    detail: str

    @property
    def has_failed(self) -> bool:
        """Whether it died at start, or later without coming back."""
        return self.state in {"BACKOFF", "FATAL", "EXITED"}


class Supervisor:
    """The supervisor of a lab, over its socket."""

    def __init__(self, run: Path) -> None:
        self._transport = _UnixTransport(run)
        self._server = xmlrpc.client.ServerProxy("http://lab", transport=self._transport)

    def states(self) -> tuple[State, ...]:
        """Every program."""
        with self._asking():
            found = cast("list[dict[str, Any]]", self._server.supervisor.getAllProcessInfo())
        return tuple(
            State(node=each["group"], name=each["name"], state=each["statename"], pid=each["pid"],
                  detail=each["description"])
            for each in found
        )  # fmt: skip

    def state(self, name: str) -> State:
        """One program, by its name alone: names are unique over the nodes."""
        for each in self.states():
            if each.name == name:
                return each
        known = ", ".join(sorted(each.name for each in self.states()))
        raise OstfError(f"the lab has no service {name!r}; it has: {known}")

    def start(self, name: str) -> None:
        """Start a program, if it does not run; do not wait for it."""
        now = self.state(name)
        if now.state not in {"STARTING", "RUNNING", "BACKOFF"}:
            with self._asking():
                self._server.supervisor.startProcess(f"{now.node}:{name}", False)

    def stop(self, name: str) -> None:
        """Stop a program and its children, and wait until they are gone."""
        now = self.state(name)
        if now.state in {"STARTING", "RUNNING", "BACKOFF"}:
            with self._asking():
                self._server.supervisor.stopProcess(f"{now.node}:{name}", True)

    def signal(self, name: str, signal_name: str) -> None:
        """Send a signal to a program's process."""
        with self._asking():
            self._server.supervisor.signalProcess(f"{self.state(name).node}:{name}", signal_name)

    def take_in(self, node: str) -> None:
        """Read a new group's file."""
        with self._asking():
            self._server.supervisor.reloadConfig()
            if node not in {each.node for each in self.states()}:
                self._server.supervisor.addProcessGroup(node)

    def let_go(self, node: str) -> None:
        """Stop a group's programs and forget it, if it is there; its file is gone already, or written anew."""
        with self._asking():
            if node in {each.node for each in self.states()}:
                self._server.supervisor.stopProcessGroup(node, True)
                self._server.supervisor.removeProcessGroup(node)
            self._server.supervisor.reloadConfig()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except (OSError, http.client.HTTPException) as error:
            raise OstfError(f"the lab's supervisor does not answer: {error}; is the lab up?") from error
        except xmlrpc.client.Fault as error:
            raise OstfError(f"the lab's supervisor refuses: {error.faultString}") from error
        finally:
            self._transport.close()


class _UnixTransport(xmlrpc.client.Transport):
    """XML-RPC over the socket in a folder; the folder's path may be longer than a socket address."""

    def __init__(self, run: Path) -> None:
        super().__init__()
        self._run = run

    def make_connection(self, host: object) -> http.client.HTTPConnection:  # noqa: ARG002 (the signature)
        self.close()  # the last one: the supervisor ends a connection with its answer
        connection = _UnixConnection(self._run)
        self._connection = "lab", connection
        return connection


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, run: Path) -> None:
        super().__init__("lab", timeout=60)
        self._run = run

    def connect(self) -> None:
        folder = os.open(self._run, os.O_PATH | os.O_DIRECTORY)
        try:
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(self.timeout)
            self.sock.connect(f"/proc/self/fd/{folder}/supervisor.sock")
        except OSError:
            self.close()
            raise
        finally:
            os.close(folder)


def _environment(variables: Mapping[str, str]) -> str:
    # A percent sign starts an expansion in supervisor's files.
    return ",".join(f'{key}="{value}"' for key, value in variables.items()).replace("%", "%%")


def _quote(word: str) -> str:
    escaped = word.replace("%", "%%")
    return f'"{escaped}"' if " " in word or ";" in word else escaped


def _ini(sections: Mapping[str, Mapping[str, str]]) -> str:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_dict(sections)
    text = io.StringIO()
    parser.write(text)
    return text.getvalue()
