"""An environment file is read whole, or refused with every fault at once."""

from pathlib import Path

import pytest

from ostf_dual.environment.access import read_access
from ostf_dual.environment.fault import FileError
from ostf_dual.environment.load import load_access
from ostf_dual.environment.model import (
    Access,
    Hypervisor,
    LibvirtAccess,
    Secret,
    VCenterAccess,
    ZoneSettings,
)
from ostf_dual.errors import InputError


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "env.yaml"
    path.write_text(text)
    return path


def test_a_file_becomes_values_with_paths_from_its_own_folder(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
cloud: prod
expect: [kvm, esx-a]
clouds_file: clouds.yaml
zones: {esx-a: {hypervisor: vcenter, volume_type: vmdk}}
vcenters:
  - {name: vc1, host: vc.example.org, user: reader, password: {file: secret}, ca_file: /etc/ca.pem}
""",
    )

    access = load_access(path)

    assert access == Access(
        cloud="prod",
        expect=("kvm", "esx-a"),
        clouds_file=tmp_path / "clouds.yaml",
        zones={"esx-a": ZoneSettings(hypervisor=Hypervisor.VCENTER, volume_type="vmdk")},
        vcenters=(
            VCenterAccess(
                name="vc1",
                host="vc.example.org",
                user="reader",
                password=Secret(file=tmp_path / "secret"),
                ca_file=Path("/etc/ca.pem"),
            ),
        ),
    )


def test_every_fault_is_told_at_once_with_its_path(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
expct: [kvm]
budgets: {boot_s: soon}
zones: {a: {hypervisor: xen}}
vcenters:
  - {name: vc1, host: h, user: u, password: {env: A, file: b}, cluter: c}
""",
    )

    with pytest.raises(InputError) as caught:
        load_access(path)

    told = str(caught.value)
    assert str(path) in told
    for line in (
        "cloud: is missing",
        "line 2, expct: no such key; did you mean expect?",
        "budgets.boot_s: Input should be a valid number",
        "line 4, zones.a.hypervisor: wanted kvm or qemu or libvirt or vcenter or unknown",
        "vcenters.0.password: give exactly one of env, file and command",
        "line 6, vcenters.0.cluter: no such key; did you mean cluster?",
    ):
        assert line in told


def test_a_secret_that_was_written_into_the_file_is_refused_and_not_shown(tmp_path: Path) -> None:
    path = write(
        tmp_path, "cloud: c\nvcenters: [{name: v, host: h, user: u, password: hunter2}]\nbudgets: hunter2\n"
    )

    with pytest.raises(InputError, match=r"vcenters\.0\.password") as caught:
        load_access(path)

    assert "env, file or command" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", r"env.yaml is not YAML \(line"),
        ("- a", "wanted keys and values"),
        ("hello", "wanted keys and values"),
        ("", "cloud: is missing"),
    ],
)
def test_what_is_no_environment_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        load_access(write(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("expect: nova", r"line 2, expect: wants a list, as \[ONE, OTHER\]"),
        ("libvirt: [{host: h, command: ssh h}]", r"line 2, libvirt\.0\.command: wants a list"),
        ("zones: [nova]", "line 2, zones: wants keys and values of its own$"),
        ("vantage: [ssh, jump]", "line 2, vantage: wants keys and values of its own: command$"),
        ("budgets: 5", "line 2, budgets: wants keys and values of its own$"),
        ("\texpect: [nova]", r"is not YAML \(line 2, column 1\): found a tab that cannot start any token"),
    ],
)
def test_a_value_of_the_wrong_form_is_told_in_the_words_of_the_file(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(InputError, match=told):
        load_access(write(tmp_path, f"cloud: c\n{text}\n"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.yaml: No such file"):
        load_access(tmp_path / "nowhere.yaml")


def test_the_option_goes_before_the_file_and_the_file_before_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = write(tmp_path, "cloud: of-file")
    unnamed = tmp_path / "unnamed.yaml"
    unnamed.write_text("expect: [kvm]")
    monkeypatch.setenv("OS_CLOUD", "of-variable")

    assert read_access(named, "of-option").cloud == "of-option"
    assert read_access(named, None).cloud == "of-file"
    assert read_access(unnamed, None).cloud == "of-variable"
    assert read_access(None, None).cloud == "of-variable"


def test_no_cloud_at_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OS_CLOUD", raising=False)

    with pytest.raises(InputError, match="--os-cloud"):
        read_access(None, None)


def test_a_pattern_gives_access_to_many_hosts_and_a_name_goes_before_it(tmp_path: Path) -> None:
    file = tmp_path / "environment.yaml"
    file.write_text(
        """cloud: c
libvirt:
  - host: "*"
    command: [ssh, "nova@{host}.example.org"]
    uri: "qemu:///session?{host}"
  - host: c2
    command: [other]
"""
    )
    access = load_access(file)

    first, own = access.libvirt_of("c1"), access.libvirt_of("c2")

    assert first is not None
    assert own is not None
    assert (first.host, first.command, first.uri) == (
        "c1",
        ("ssh", "nova@c1.example.org"),
        "qemu:///session?c1",
    )
    assert (own.host, own.command) == ("c2", ("other",))


def test_of_patterns_the_first_that_matches_counts_and_a_host_may_match_none() -> None:
    near = LibvirtAccess(host="kvm-[12]", command=("ssh", "near-{host}"))
    far = LibvirtAccess(host="kvm-?", command=("ssh", "far-{host}"))
    access = Access(cloud="c", libvirt=(near, far))

    commands = {host: access.libvirt_of(host) for host in ("kvm-1", "kvm-3", "kvm-10")}

    assert {host: found and found.command[1] for host, found in commands.items()} == {
        "kvm-1": "near-kvm-1",
        "kvm-3": "far-kvm-3",
        "kvm-10": None,
    }


def test_a_pattern_that_leads_to_one_machine_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "environment.yaml"
    file.write_text('cloud: c\nlibvirt:\n  - host: "kvm-*"\n    command: [ssh, kvm-1]\n')

    with pytest.raises(InputError, match=r"libvirt\.0.*'kvm-\*' stands for many hosts.*\{host\}"):
        load_access(file)


def test_what_types_tell_and_what_forms_tell_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "access.yaml"
    file.write_text(
        "cloud: prod\nclouds_fil: x\nservices: [nova-compute]\nvcenters:\n"
        "- {name: vc, host: 'https://vc/sdk', user: u, password: {env: P}, datastore_regex: '(', portt: 1}\n"
    )

    with pytest.raises(FileError) as caught:
        load_access(file)

    told = {fault.path for fault in caught.value.faults}
    assert {"clouds_fil", "services.0", "vcenters.0.host", "vcenters.0.datastore_regex"} <= told
