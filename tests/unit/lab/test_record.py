"""The lab's record: whole, private, and clear about what is wrong with it."""

import json
import socket
import stat
from pathlib import Path

import pytest

from ostf_dual.deployers.lab import record as module
from ostf_dual.deployers.lab.containment import Process
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.shape import ALL_NODES, Kind, Part, Shape, VSphere, usual
from ostf_dual.errors import OstfError
from ostf_dual.files import write_private

TWO = usual(ALL_NODES).joined(
    Shape(
        parts=(
            Part(
                kind=Kind.VCENTER_COMPUTE,
                node="esx-b",
                host="cluster-b",
                group="esx-b",
                zone="esx-b",
                vsphere=VSphere(vcenter="vc2", clusters=("Cluster2",), password="wrong"),  # noqa: S106
            ),
        ),
        access={"expect": ["kvm", "esx-b"]},
    )
)


@pytest.fixture
def record() -> Record:
    return Record.new("one", shape=TWO, virt_type="qemu").with_(
        unfinished=("compute-kvm",), init=Process(pid=7, started=99), ready=True
    )


def test_what_is_saved_is_what_is_loaded(record: Record, tmp_path: Path) -> None:
    record.save(tmp_path / "lab.json")

    assert Record.load(tmp_path / "lab.json") == record


def test_only_its_owner_can_read_it_even_where_anybody_could_before(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "lab.json"
    path.parent.mkdir()
    path.write_text("old")
    path.chmod(0o644)

    record.save(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["lab.json"]


def test_no_record_is_no_lab(tmp_path: Path) -> None:
    assert Record.load(tmp_path / "lab.json") is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '"lab"', '{"vcenters": 1, "init": null, "shape": []}', "\xff"]
)
def test_an_unreadable_record_names_the_file_and_the_way_out(text: str, tmp_path: Path) -> None:
    path = tmp_path / "lab.json"
    path.write_text(text, encoding="latin-1")

    with pytest.raises(OstfError, match=r"lab\.json is not readable .*`ostf-dual lab down` clears it"):
        Record.load(path)


def test_a_record_of_another_version_is_unreadable_too(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "lab.json"
    record.save(path)
    path.write_text(json.dumps({**json.loads(path.read_text()), "colour": "red"}))

    with pytest.raises(OstfError, match="colour"):
        Record.load(path)


def test_no_password_is_in_its_repr_or_used_twice(record: Record) -> None:
    passwords = list(record.passwords.values())

    assert not [each for each in passwords if each in repr(record)]
    assert len(set(passwords)) == len(passwords)
    assert {"vc1", "vc2"} <= record.passwords.keys()


def test_a_vcenter_that_comes_has_a_port_a_password_and_an_id_of_its_own(record: Record) -> None:
    first, second = record.vcenters

    assert record.shaped(TWO) == record
    assert (first.number, second.number) == (1, 2)
    assert first.instance_uuid != second.instance_uuid
    assert len({first.port, first.admin_port, second.port, second.admin_port}) == 4
    assert record.ports["vc1"] != record.ports["vc2"]
    assert record.vcenter("vc2") is second
    with pytest.raises(OstfError, match="has no vCenter 'vc9'; it has: vc1, vc2"):
        record.vcenter("vc9")


def test_a_vcenter_that_goes_takes_its_port_and_password_with_it(record: Record) -> None:
    left = record.shaped(usual(ALL_NODES))

    assert [each.name for each in left.vcenters] == ["vc1"]
    assert left.vcenters[0] == record.vcenters[0]
    assert "vc2" not in {**left.ports, **left.passwords}
    assert left.shaped(TWO).vcenter("vc2").number == 2


def test_a_password_that_was_given_is_in_no_repr(record: Record) -> None:
    assert "wrong" not in repr(record)


def test_a_dead_init_is_told_with_the_command_that_starts_this_lab(record: Record) -> None:
    with pytest.raises(OstfError, match="`ostf-dual lab up --name one`"):
        _ = record.with_(init=None).living_init


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_private(path, "before")

    def no_space(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", no_space)
    with pytest.raises(OSError, match="No space"):
        write_private(path, "after")

    assert path.read_text() == "before"


def test_a_block_with_a_taken_port_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(module, "_FIRST", port - 2)
        monkeypatch.setattr(module, "_LAST", port + 18)

        with pytest.raises(OstfError, match=r"no 4 free ports in a row .*ss -ltn"):
            module._free_ports("abcd")


def test_ports_are_in_a_row_and_free() -> None:
    ports = list(module._free_ports("abcd").values())

    assert ports == list(range(ports[0], ports[0] + 4))
    for port in ports:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
