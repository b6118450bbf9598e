from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server, socket
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from ostf_dual.cloud import guests
from ostf_dual.cloud.guests import Guests, Reach
from ostf_dual.cloud.servers import Server
from ostf_dual.environment.model import Budgets, Hypervisor, Vantage
from ostf_dual.errors import NotConfiguredError
from ostf_dual.nodes.shell import Completed
from ostf_dual.waiting import WaitTimeoutError

READY = "TESTVM-READY instance=abc\n"


@contextmanager
def talking(text: str) -> Iterator[int]:
    """A port of this machine that says something to whoever comes first, and closes."""

    def talk(server: socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(text.encode())

    with create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        teller = Thread(target=talk, args=(server,))
        teller.start()
        yield server.getsockname()[1]
        teller.join()


class Shell:
    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = answers

    def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:  # noqa: ARG002
        told = next((text for address, text in self.answers.items() if address in argv), "")
        return Completed(stdout=told, stderr="", exit_status=0 if told else 124)


def guests_with(console: str | None, answers: dict[str, str] | None) -> Guests:
    cloud: Any = SimpleNamespace(access=SimpleNamespace(vantage=None))
    servers: Any = SimpleNamespace(console=lambda _: console)
    heard = Guests(cloud, servers)
    if answers is not None:
        heard.reach = Reach(Vantage(command=("elsewhere",)), Shell(answers))
    return heard


@pytest.mark.parametrize(
    ("console", "answers", "source", "is_up"),
    [
        (READY, None, "console", True),
        (READY, {"10.0.0.5": "other"}, "console", True),
        ("BIOS", {"10.0.0.5": f"TESTVM vm abc\n{READY}"}, "TCP port 7 of 10.0.0.5", True),
        (None, {"10.0.0.5": READY}, "TCP port 7 of 10.0.0.5", True),
        (None, {}, "TCP port 7 of 10.0.0.5", False),
        ("cirros login:", {"10.0.0.5": READY}, "console", False),
        ("BIOS", {"10.0.0.5": "SSH-2.0-dropbear\n"}, "TCP port 22 of 10.0.0.5", False),
        ("BIOS", {}, "console", False),
        ("BIOS", None, "console", False),
        ("", None, "console", False),
    ],
)
def test_hears_the_console_else_the_port(
    console: str | None, answers: dict[str, str] | None, source: str, *, is_up: bool
) -> None:
    log = guests_with(console, answers).log("abc", "10.0.0.5")

    assert log.source == source
    assert (log.last("READY") is not None) is is_up


def test_a_guest_without_an_address_is_heard_on_its_console_alone() -> None:
    asked = {"": READY}  # by this shell nothing is no address, and yet would answer

    assert guests_with("BIOS", asked).log("abc", "").source == "console"
    with pytest.raises(NotConfiguredError, match=r"^network: "):
        guests_with(None, asked).log("abc", "")


def test_without_console_and_vantage_it_names_the_missing_key() -> None:
    with pytest.raises(NotConfiguredError, match=r"^vantage:"):
        guests_with(None, None).log("abc", "10.0.0.5")


def test_a_silent_guest_ends_the_waiting_with_what_the_console_shows() -> None:
    guests = guests_with("No bootable device.\n", None)

    with pytest.raises(WaitTimeoutError, match=r"for it to be up; last seen: console: No bootable device"):
        guests.wait("abc", lambda log: log.last("READY") is not None, what="it to be up", timeout_s=0.1)


def test_an_address_is_read_by_a_program_that_every_host_has() -> None:
    here = Reach(Vantage())

    assert here.read_port("127.0.0.1", 9) is None  # nothing listens there
    assert here.hear("127.0.0.9") is None
    with pytest.raises(NotConfiguredError, match=r"^vantage:"):
        Reach(None).read_port("127.0.0.1", 9)


def test_what_a_port_says_is_heard_and_the_ssh_banner_where_no_events_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = Reach(Vantage())

    with talking("SSH-2.0-dropbear\n") as port:
        monkeypatch.setattr(guests, "SSH_PORT", port)
        told = here.hear("127.0.0.1")
    with talking(READY) as port:
        read = here.read_port("127.0.0.1", port)

    assert told is not None
    assert told.text == "SSH-2.0-dropbear\n"
    assert read == READY


def test_an_address_is_an_argument_and_no_part_of_a_script(tmp_path: Path) -> None:
    here, made = Reach(Vantage()), tmp_path / "made"
    address = f"127.0.0.1/9; touch {made}; $(touch {made}) #"

    assert here.read_port(address, 9) is None
    assert here.hear(address) is None
    assert not made.exists()


@pytest.mark.parametrize(
    ("hypervisor", "answers", "address", "error", "told"),
    [
        (Hypervisor.VCENTER, None, "10.0.0.5", NotConfiguredError, "^vantage: .* without a vantage"),
        (Hypervisor.VCENTER, {}, "10.0.0.5", WaitTimeoutError, "to say that it is up"),
        (Hypervisor.VCENTER, {}, "", NotConfiguredError, "^network: .* without DHCP or IPv4"),
        (Hypervisor.KVM, None, "10.0.0.5", WaitTimeoutError, "to say that it is up"),
    ],
)
def test_an_empty_console_of_vcenter_tells_nothing_of_the_guest_unless_it_can_be_asked(
    hypervisor: Hypervisor, answers: dict[str, str] | None, address: str, error: type[Exception], told: str
) -> None:
    server = Server(id="abc", name="s", status="ACTIVE", zone="z", host=None, node=None, task_state=None, fault=None,
                    launched_at=None)  # fmt: skip
    image: Any = SimpleNamespace(name="TestVM-VMDK")
    zone: Any = SimpleNamespace(
        name="z", label="z", hypervisor=hypervisor, image=image, budgets=Budgets(guest_up_s=0.1)
    )

    with pytest.raises(error, match=told):
        guests_with("", answers).wait_until_up(server, zone, address)
