"""Starts a wave of services and waits until each is ready; one that dies is named with its last words."""

import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterable
from http import HTTPStatus

from ostf_dual.deployers.lab.containment import Containment
from ostf_dual.deployers.lab.layout import Layout
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.service import Ready, Service, Wave
from ostf_dual.deployers.lab.supervision import Supervisor
from ostf_dual.errors import OstfError
from ostf_dual.waiting import wait_until

_WITHIN_S = 120.0


def start_wave(
    wave: Wave, services: Iterable[Service], layout: Layout, inside: Containment, record: Record
) -> None:
    """Start every service of a wave and wait for its sign of readiness; what is hopeless is not waited for.

    Raises:
        OstfError: A service died at its start; the message has the end of its log and where the log is.
    """
    supervisor = Supervisor(layout.run)
    chosen = [each for each in services if each.wave is wave]
    for each in chosen:
        supervisor.start(each.program.name)
    chosen = [each for each in chosen if not each.is_hopeless]
    names = {each.program.name for each in chosen}

    def waiting() -> list[str]:
        states = {each.name: each.state for each in supervisor.states() if each.name in names}
        dead = [name for name, state in states.items() if state in {"FATAL", "EXITED"}]
        if dead:
            raise OstfError("\n".join(last_words(layout, name) for name in dead))
        return [
            each.program.name
            for each in chosen
            if not (
                _is_ready(each.ready, layout, inside, record)
                if each.ready
                else states[each.program.name] == "RUNNING"
            )
        ]

    wait_until(
        waiting,
        lambda left: not left,
        what=f"{len(chosen)} services to be ready",
        timeout_s=_WITHIN_S,
        longest_pause_s=1.0,
        describe=lambda left: f"not ready: {', '.join(left)} (logs: {layout.log})",
    )


def restart(name: str, layout: Layout, record: Record) -> None:
    """Stop a service, start it again, and wait until it runs; an API, until it answers through its public door.

    Raises:
        OstfError: It died at its start; the message has the end of its log and where the log is.
    """
    supervisor = Supervisor(layout.run)
    supervisor.stop(name)
    supervisor.start(name)
    port = record.ports.get(re.sub("-(api|server)$", "", name))

    def state() -> str:
        found = supervisor.state(name).state
        if found in {"FATAL", "EXITED"}:
            raise OstfError(last_words(layout, name))
        return (
            "RUNNING, and does not answer"
            if found == "RUNNING" and port and not answers(port, layout)
            else found
        )

    wait_until(
        state,
        lambda found: found == "RUNNING",
        what=f"service {name} to be ready (log: {layout.log / name}.log)",
        timeout_s=_WITHIN_S,
        longest_pause_s=1.0,
        describe=str,
    )


def last_words(layout: Layout, name: str) -> str:
    """The end of a service's log, and where the log is."""
    path = layout.log / f"{name}.log"
    lines = path.read_text(errors="replace").splitlines()[-10:] if path.exists() else ["(it wrote nothing)"]
    return f"service {name} died at its start; its log {path} ends:\n  " + "\n  ".join(lines)


def _is_ready(ready: Ready, layout: Layout, inside: Containment, record: Record) -> bool:
    if ready.socket is not None:
        return (layout.run / ready.socket).exists()
    if ready.port is not None:
        port = ready.port
        return inside.in_network(lambda: _takes_connections(port))
    return answers(record.ports[ready.api or ""], layout)


def _takes_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def answers(port: int, layout: Layout) -> bool:
    """Whether an API answers through its public door: HAProxy says 503 until then."""
    context = ssl.create_default_context(cafile=str(layout.state / "ca.pem"))
    try:
        urllib.request.urlopen(f"https://127.0.0.1:{port}/", timeout=5, context=context).close()
    except urllib.error.HTTPError as error:
        return error.code < HTTPStatus.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    return True
