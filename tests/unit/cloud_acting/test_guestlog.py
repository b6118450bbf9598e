from typing import Any

import pytest

from ostf_dual.cloud.guestlog import GuestLog

CONSOLE = (
    "\x1b[2J\x1b[1;1HSeaBIOS (version 1.16)\r\nBooting from Hard Disk...\r\n"
    "TESTVM-BLOCK vda:2097152\r\n"
    "[    5.1] random kernel words\r\n"
    "TESTVM-NET eth0 mac=fa:16:3e:00:00:01 address=10.1.2.3/24 router=10.1.2.1\r\n"
    "TESTVM-READY instance=abc hostname=vm address=10.1.2.3 metadata=metadata-service uptime=6.5\r\n"
    "TESTVM-BLOCK vda:2097152 vdb:4194304\r\n"
    "TESTVM-WROTE vdb token=t1 sha256=ff bytes=4259840\r\n"
    "TESTVM-PEER 10.1.2.9 unreached\r\nTESTVM-PEER 10.1.2.9 reached after=31\r\n"
)


@pytest.fixture
def log() -> GuestLog:
    return GuestLog.parse(CONSOLE, "console")


@pytest.mark.parametrize(
    ("asked", "fields", "found"),
    [
        (("READY",), {}, "uptime=6.5"),
        (("NET", "eth0"), {}, "address=10.1.2.3/24"),
        (("WROTE",), {"token": "t1"}, "sha256=ff"),
        (("WROTE",), {"token": "t2"}, None),
        (("PEER", "10.1.2.9", "reached"), {}, "after=31"),
        (("PEER", "10.1.2.8", "reached"), {}, None),
        (("VERIFIED",), {}, None),
    ],
)
def test_finds_the_newest_event(log: Any, asked: Any, fields: Any, found: Any) -> None:
    event = log.last(*asked, **fields)

    assert (event is None) if found is None else (found in str(event))


def test_disks_are_those_of_the_newest_block_line(log: Any) -> None:
    assert log.disks == {"vda": 2**30, "vdb": 2**31}
    assert GuestLog.parse("TESTVM-BLOCK\n", "console").disks == {}
    assert GuestLog.parse("", "console").disks == {}


def test_control_characters_do_not_hide_an_event() -> None:
    log = GuestLog.parse("\x1b[0m\x1b[37mTESTVM-READY instance=abc\x1b[0m\x00\r\n", "console")

    event = log.last("READY")
    assert event is not None
    assert event["instance"] == "abc"


def test_a_log_without_events_tells_what_the_console_shows() -> None:
    log = GuestLog.parse("Booting from Hard Disk...\r\nNo bootable device.\r\n\r\n", "console")

    assert log.events == ()
    assert str(log) == "console: Booting from Hard Disk... / No bootable device."
    assert str(GuestLog.parse("", "console")) == "console: nothing"


def test_a_log_with_events_tells_the_last(log: Any) -> None:
    assert str(log) == "console: TESTVM-PEER 10.1.2.9 reached after=31"


@pytest.mark.parametrize(
    ("console", "proof", "halt"),
    [
        (CONSOLE, "TESTVM-READY", None),
        ("TESTVM-BLOCK vda:1\nvm login: ", None, None),  # a TestVM is up when it says so
        ("login as 'cirros' user.\r\ncirros login: ", "cirros login:", None),
        ("\x1b[0mUbuntu 24.04 vm ttyS0\r\n\r\nvm login: ", "vm login:", None),
        ("Cloud-init v. 24.1.3 finished at Tue, 24 Nov 2026", "Cloud-init v. 24.1.3 finished", None),
        ("SSH-2.0-OpenSSH_9.2p1 Debian\n", "SSH-2", None),
        ("[    0.0] Linux version 6.1\n[   OK  ] Started Login Service", None, None),
        ("Boot failed: not a bootable disk\nNo bootable device.\n", None, "No bootable device"),
        ("Kernel panic - not syncing: VFS: Unable to mount root fs", None, "Kernel panic - not syncing"),
        ("No bootable device.\nand later\nvm login: ", "vm login:", None),
        ("", None, None),
    ],
)
def test_knows_from_any_images_words_whether_it_is_up_or_will_never_be(
    console: str, proof: str | None, halt: str | None
) -> None:
    log = GuestLog.parse(console, "console")

    assert (log.proof or "").startswith(proof or "")
    assert (log.proof is None) == (proof is None)
    assert log.halt == halt
