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
