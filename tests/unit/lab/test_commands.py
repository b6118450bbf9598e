"""The lab's commands on bad days: one message, the documented exit code, nothing lost and nothing made."""

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.__main__ import _run
from ostf_dual.deployers.lab import commands, packages
from ostf_dual.deployers.lab.containment import Process
from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.layout import Layout
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.shape import ALL_NODES, usual
from ostf_dual.deployers.lab.supervision import State, Supervisor
from ostf_dual.errors import OstfError
from ostf_dual.waiting import WaitTimeoutError

SERVICES = (
    State(node="controller", name="keystone", state="RUNNING", pid=1, detail="pid 1, [/up] 0:01"),
    State(node="controller", name="nova-api", state="FATAL", pid=0, detail="Exited too quickly"),
)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(packages, "_POLICY", tmp_path / "policy-rc.d")
    return tmp_path / "state"


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A lab whose init is this process, and whose supervisor knows two services."""
    layout = Layout.of("one")
    layout.make()
    record = Record.new("one", shape=usual(ALL_NODES), virt_type="qemu")
    record.with_(init=Process.of(os.getpid()), ready=True).save(layout.record)
    monkeypatch.setattr(Supervisor, "states", lambda _: SERVICES)
    return layout


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["ostf-dual", "lab", *arguments])
    return _run()


def up_that_ends_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def up(*_: Any) -> None:
        raise error

    monkeypatch.setattr(Lab, "up", up)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc", "-a", "A", "a b", "a\n", "x" * 33])
@pytest.mark.parametrize("command", [("up",), ("down",), ("status",), ("logs", "x"), ("restart", "x"),
                                     ("remove", "compute-kvm")], ids=lambda each: each[0])  # fmt: skip
def test_a_name_that_is_no_folder_of_its_own_is_refused(
    command: tuple[str, ...],
    name: str,
    state: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = state / "ostf-dual" / "lab" / "precious"
    other.mkdir(parents=True)

    assert call(monkeypatch, *command, f"--name={name}") == 4
    assert "is no name for a lab" in capsys.readouterr().err
    assert other.is_dir()


@pytest.mark.parametrize(
    "command", [("status",), ("logs",), ("logs", "x"), ("restart", "x"), ("remove", "compute-kvm")]
)
def test_without_a_lab_it_says_so_and_makes_nothing(
    command: tuple[str, ...], state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, *command, "--name", "one") == 6
    assert "there is no lab 'one'" in capsys.readouterr().err
    assert not state.exists()


def test_down_without_a_lab_is_no_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "down") == 0
    assert "nothing to do" in capsys.readouterr().out


@pytest.mark.parametrize("command", [("remove", "foo"), ("up", "--nodes", "controller,foo")])
def test_an_unknown_node_names_the_known(
    command: tuple[str, ...], state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, *command) == 4
    assert "cinder-vmware" in capsys.readouterr().err
    assert not state.exists()


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize("command", ["logs", "restart"])
@pytest.mark.parametrize("service", ["foo", "", "../lab.json", "../../../../../../etc/passwd"])
def test_an_unknown_service_names_the_known(
    command: str, service: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, command, service, "--name", "one") == 4
    assert "it has: keystone, nova-api" in capsys.readouterr().err


def test_status_shows_what_it_is_told_and_no_markup(
    lab: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "status", "--name", "one") == 0
    told = capsys.readouterr().out
    assert "pid 1, [/up] 0:01" in told
    assert all(f"127.0.0.1:{port}" in told for port in json.loads(lab.record.read_text())["ports"].values())


def test_status_for_programs_is_the_same_as_json(
    lab: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "status", "--name", "one", "--json") == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["ready"], told["logs"]) == ("one", True, str(lab.log))
    assert [(each["name"], each["state"]) for each in told["services"]] == [
        ("keystone", "RUNNING"),
        ("nova-api", "FATAL"),
    ]
    assert told["listeners"] == json.loads(lab.record.read_text())["ports"]


def test_log_lines_are_printed_as_they_are(
    lab: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["[red]no markup[/red]", "[/nothing]", "%s {x} :smile:"]
    (lab.log / "keystone.log").write_text("\n".join(lines))

    assert call(monkeypatch, "logs", "keystone", "--name", "one") == 0
    assert capsys.readouterr().out.splitlines() == lines


def test_the_log_of_a_lab_that_ended_can_be_read(
    lab: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def silent(_: Supervisor) -> tuple[State, ...]:
        raise OstfError("the lab's supervisor does not answer")

    monkeypatch.setattr(Supervisor, "states", silent)
    (lab.log / "keystone.log").write_text("last words")

    assert call(monkeypatch, "logs", "keystone", "--name", "one") == 0
    assert capsys.readouterr().out == "last words\n"


def test_a_service_that_dies_when_restarted_is_told_with_its_last_words(
    lab: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (lab.log / "nova-api.log").write_text("bind_port: not a number")
    monkeypatch.setattr(Supervisor, "stop", lambda *_: None)
    monkeypatch.setattr(Supervisor, "start", lambda *_: None)

    assert call(monkeypatch, "restart", "nova-api", "--name", "one") == 6
    assert f"{lab.log}/nova-api.log ends:\n  bind_port: not a number" in capsys.readouterr().err


def test_a_wait_that_ends_is_told_with_what_failed_and_where_to_look(
    lab: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    up_that_ends_with(WaitTimeoutError("5 services to be ready", 120, "not ready: nova-api"), monkeypatch)

    assert call(monkeypatch, "up", "--name", "one") == 6
    told = capsys.readouterr().err
    assert "waited 120 s for 5 services to be ready; last seen: not ready: nova-api" in told
    assert "Services that failed: nova-api (FATAL: Exited too quickly)" in told
    assert f"`ostf-dual lab status --name one`; logs: {lab.log}" in told
    assert "`ostf-dual lab up --name one` goes on" in told


def test_what_the_machine_or_the_cloud_refuses_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from keystoneauth1.exceptions import ConnectFailure
    from openstack.exceptions import ConflictException

    for error in (
        OSError(28, "No space left on device"),
        ConnectFailure("No route"),
        ConflictException("Conflict"),
    ):
        up_that_ends_with(error, monkeypatch)
        assert call(monkeypatch, "up", "--name", "one") == 6
        assert str(error) in capsys.readouterr().err


def test_a_mistake_of_ours_is_not_dressed_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    up_that_ends_with(TypeError("ours"), monkeypatch)

    assert call(monkeypatch, "up", "--name", "one") == 3
    assert "TypeError: ours" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_says_how_to_go_on(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGTERM)

    def up(*_: Any) -> None:
        os.kill(os.getpid(), number)
        threading.Event().wait(10)

    monkeypatch.setattr(Lab, "up", up)

    assert call(monkeypatch, "up", "--name", "one") == 2
    told = capsys.readouterr().out
    assert (
        "`ostf-dual lab up --name one` goes on; `ostf-dual lab down --name one` removes what is there" in told
    )
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_policy_that_a_killed_installation_left_is_put_back_by_down() -> None:
    packages._POLICY.write_text(packages._NOTHING_STARTS)

    commands.down("one")

    assert not packages._POLICY.exists()
