"""A file's faults have lines, whoever finds them."""

from pathlib import Path

import pytest

from ostf_dual.environment.checking import check

FIXTURES = Path(__file__).parents[3] / "fixtures" / "environments"


def told(path: Path) -> list[str]:
    return [str(each) for each in check(path)]


def changed(tmp_path: Path, name: str, old: str, new: str) -> Path:
    text = (FIXTURES / f"{name}.yaml").read_text()
    assert old in text
    path = tmp_path / "env.yaml"
    path.write_text(text.replace(old, new))
    return path


def test_a_broken_rule_is_told_with_its_line_and_source(tmp_path: Path) -> None:
    path = changed(tmp_path, "qemu-and-vcenter", "target: compute-vcenter", "target: compute-vcentre")
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "compute-vcentre" in text)

    found = told(path)

    wanted = f"line {line}, vmware.zones.0.clusters.0.target: there is no node 'compute-vcentre'"
    assert any(each.startswith(wanted) and each.endswith("(Nailgun, vmware_attributes)") for each in found)


def test_warnings_are_told_apart() -> None:
    found = check(FIXTURES / "qemu-and-vcenter.yaml")

    assert [(each.path, each.is_warning) for each in found] == [("nodes.3.roles", True)]


def test_a_fault_of_form_is_told_before_any_rule_is_asked(tmp_path: Path) -> None:
    path = changed(tmp_path, "qemu-only", "hypervisor: qemu", "hypervisr: qemu")

    assert [each.partition(",")[2] for each in told(path)] == [
        " hypervisr: no such key; did you mean hypervisor?"
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("release: 2024.2\nname: a\ndeployer: lab", "line 1, release: is a number to YAML: put it in quotes"),
        ("a: [", "is not YAML"),
        ("name: 2024-99-99", "is not YAML: a date or a number in it is none"),
        ("name: &a [*a]\nrelease: x\ndeployer: lab", "line 1, name:"),
        ("name: a\nrelease: '1'\ndeployer: lbb", "did you mean lab?"),
        ("name: a\nname: b\nrelease: '2024.2'\ndeployer: lab", "line 2, name: stands twice"),
        ("name: a\nrelease: '2024.2'\ndeployer: lab\nhypervisor_budgets: {kvm: {boot: 1}}",
         "line 4, hypervisor_budgets.kvm.boot: wanted boot_s or"),
        ("name: a\nrelease: '2024.2'\ndeployer: existing\naccess: {cloud: c, clouds_file: ~nobody-here/c}",
         "home"),
        ("cloud: c\nexpct: [a]", "line 2, expct: no such key; did you mean expect?"),
        ("[" * 2000, "nested too deeply"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_a_message(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "env.yaml"
    path.write_text(text)

    assert any(words in each for each in told(path)), told(path)


HEAD = "name: a\nrelease: '2024.2'\ndeployer: "


@pytest.mark.parametrize("seconds", ["0", "-1", ".nan", ".inf", "-.inf"])
@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("cloud: c\nbudgets: {boot_s: %s}", "line 2, budgets.boot_s"),
        ("cloud: c\nhypervisor_budgets: {kvm: {reach_s: %s}}", "line 2, hypervisor_budgets.kvm.reach_s"),
        ("cloud: c\npolling_interval_s: %s", "line 2, polling_interval_s"),
        (f"{HEAD}existing\nbudgets: {{boot_s: %s}}", "line 4, budgets.boot_s"),
        (f"{HEAD}existing\naccess: {{cloud: c, budgets: {{boot_s: %s}}}}", "line 4, access.budgets.boot_s"),
        (f"{HEAD}existing\naccess:\n  cloud: c\n  hypervisor_budgets: {{vcenter: {{boot_s: %s}}}}",
         "line 6, access.hypervisor_budgets.vcenter.boot_s"),
        (f"{HEAD}command\ncommands: {{deploy: ['true'], timeout_s: %s}}", "line 4, commands.timeout_s"),
        (f"{HEAD}nailgun\nfuel: {{url: 'https://f', timeout_s: %s}}", "line 4, fuel.timeout_s"),
    ],
)  # fmt: skip
def test_a_time_that_ends_at_once_or_never_is_a_fault(
    tmp_path: Path, text: str, where: str, seconds: str
) -> None:
    path = tmp_path / "env.yaml"
    path.write_text(text % seconds)

    found = [each for each in told(path) if "wanted more than 0 seconds" in each]

    assert [each.partition(": ")[0] for each in found] == [where]


HOST = (
    "wanted a host name or an address alone, without scheme, user, port or path; did you mean vc.example.org?"
)
REGEX = "'*ds' is no regular expression: nothing to repeat at position 0; did you mean '.*ds'?"
SERVICE = "'nova-compute:a' names no service: wanted binary@host, as nova-compute@HOST; did you mean nova-compute@a?"
ODD = ("https://", "'*ds'", "'nova-compute:a'")
CENTER = "name: v, user: u, password: {env: HOME}"


@pytest.mark.parametrize("is_section", [False, True], ids=["file", "section"])
@pytest.mark.parametrize(
    ("line", "where", "words"),
    [
        (f"vcenters: [{{{CENTER}, host: 'https://vc.example.org/sdk'}}]", "vcenters.0.host", HOST),
        (f"vcenters: [{{{CENTER}, host: h, datastore_regex: '*ds'}}]", "vcenters.0.datastore_regex", REGEX),
        (f"vcenters: [{{{CENTER}, host: h, clusters: {{C: '*ds'}}}}]", "vcenters.0.clusters.C", REGEX),
        ("services: [nova-compute@a, 'nova-compute:a']", "services.1", SERVICE),
    ],
)
def test_a_text_without_its_form_is_a_fault_wherever_an_access_stands(
    tmp_path: Path, line: str, where: str, words: str, *, is_section: bool
) -> None:
    path = tmp_path / "env.yaml"
    path.write_text(f"{HEAD}existing\naccess:\n  cloud: c\n  {line}" if is_section else f"cloud: c\n{line}")

    assert told(path) == [f"line 6, access.{where}: {words}" if is_section else f"line 2, {where}: {words}"]


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("host: vc1", "host: https://vc.example.org/sdk", "vmware.zones.0.vcenter.host", HOST),
        (
            "datastore_regex: ds1",
            "datastore_regex: '*ds'",
            "vmware.zones.0.clusters.0.datastore_regex",
            REGEX,
        ),
        ("vmware:\n", "expect:\n  services: ['nova-compute:a']\nvmware:\n", "expect.services.0", SERVICE),
    ],
)
def test_a_text_without_its_form_is_a_fault_of_a_definition(
    tmp_path: Path, old: str, new: str, where: str, words: str
) -> None:
    path = changed(tmp_path, "qemu-and-vcenter", old, new)
    line = next(
        n for n, text in enumerate(path.read_text().splitlines(), 1) if any(each in text for each in ODD)
    )

    assert any(each.startswith(f"line {line}, {where}: {words}") for each in told(path)), told(path)


@pytest.mark.parametrize("release", ["9.2", "2024.2"])
@pytest.mark.parametrize(
    ("network", "where"),
    [
        ("{provider: neutron, segmentation: nsxv}", "network.segmentation"),
        ("{provider: NSX-v}", "network.provider"),
        ("{nsx: true}", "network.nsx"),
        ("{dvs: false, nsxv: {host: nsx.example.org}}", "network.nsxv"),
    ],
)
def test_whoever_asks_for_nsx_is_told_why_it_cannot_be_defined_and_what_can(
    tmp_path: Path, network: str, where: str, release: str
) -> None:
    path = tmp_path / "env.yaml"
    path.write_text(
        f"name: a\nrelease: '{release}'\ndeployer: existing\naccess: {{cloud: c}}\nnetwork: {network}"
    )

    (found,) = (each for each in told(path) if each.startswith(f"line 5, {where}: "))

    assert "NSX cannot be defined" in found
    assert "Fuel's rule book has it as NSXv from 8.0 on, by a plugin" in found
    assert "`dvs: true` with `segmentation: vlan`" in found
    assert "deployer existing" in found


@pytest.mark.parametrize("head", ["", f"{HEAD}existing\naccess:\n  "])
def test_a_file_that_an_access_names_and_that_is_missing_is_a_fault(tmp_path: Path, head: str) -> None:
    (tmp_path / "clouds.yml").touch()
    path = tmp_path / "env.yaml"
    path.write_text(f"{head}{{cloud: c, clouds_file: clouds.yaml}}")

    (only,) = check(path)

    assert only.path == ("access.clouds_file" if head else "clouds_file")
    assert only.line == len(path.read_text().splitlines())
    assert only.message == f"there is no such file: {tmp_path}/clouds.yaml; did you mean clouds.yml?"


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_definition_has_no_fault(path: Path) -> None:
    assert [each for each in check(path) if not each.is_warning] == []


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "env.yaml"
    path.write_text("cloud: c\nclouds_file: nowhere/clouds.yaml")

    folder = tmp_path / "nowhere"
    missing = f"there is no such file: {folder}/clouds.yaml; there is no folder {folder} either"
    assert told(path) == [f"line 2, clouds_file: {missing}"]


def test_a_file_that_a_deployment_will_make_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "env.yaml"
    path.write_text(
        f"{HEAD}command\ncommands: {{deploy: ['true']}}\naccess: {{cloud: c, clouds_file: later.yaml}}"
    )

    assert not any("clouds_file" in each for each in told(path))


def test_a_file_that_only_says_how_a_cloud_is_reached_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "access.yaml"
    path.write_text("cloud: c\nexpect: [a]")

    assert check(path) == ()


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    (only,) = check(tmp_path / "nowhere.yaml")

    assert "No such file" in only.message
    assert not only.is_warning


def test_an_access_file_with_a_typo_is_not_held_to_be_a_definition(tmp_path: Path) -> None:
    path = tmp_path / "access.yaml"
    path.write_text("cluod: mycloud\nvcenters: []\n")

    assert told(path) == ["cloud: is missing", "line 1, cluod: no such key; did you mean cloud?"]


@pytest.mark.parametrize("key", ["name", "release", "deployer"])
def test_a_file_with_one_key_of_a_definition_is_checked_as_one(tmp_path: Path, key: str) -> None:
    path = tmp_path / "env.yaml"
    path.write_text(f"{key}: lab\n")

    assert {each.path for each in check(path)} >= {"name", "release", "deployer"} - {key}
