"""What the doctor finds of a cloud, and that everything missing has its remedy."""

from pathlib import Path

import pytest
from openstack.config import loader

from ostf_dual.cloud.login import LoginError, Obstacle
from ostf_dual.cloud.regions import RegionError
from ostf_dual.doctor import cloud
from ostf_dual.doctor.finding import Finding, State
from ostf_dual.environment.model import Access
from ostf_dual.errors import InputError
from tests.unit.doctor.conftest import ALL, Cloud, Project, Zone


def found(fake: Cloud) -> dict[str, Finding]:
    return {finding.item: finding for finding in cloud.connected(fake)}  # type: ignore[arg-type] # as far as it is asked


def amiss(fake: Cloud) -> dict[str, str]:
    return {item: each.found for item, each in found(fake).items() if each.state is not State.OK}


def test_a_cloud_that_has_everything_needs_no_mending() -> None:
    findings = found(Cloud())

    assert list(findings) == ["login", "TLS", "admin rights", "catalogue", "zone kvm (kvm)"]
    assert {each.state for each in findings.values()} == {State.OK}
    assert not any(each.mend for each in findings.values())
    assert findings["login"].found == "project p-1, roles member, reader"
    assert findings["zone kvm (kvm)"].found == "image TestVM-KVM, flavor m1.ostf, volume type kvm"


@pytest.mark.parametrize(
    ("fake", "item", "told", "mend"),
    [
        (Cloud(Project(project_id=None)), "login", "the token is for no project", "project_name"),
        (Cloud(Project(verify=False)), "TLS", "certificates are not verified", "cacert"),
        (Cloud(admin=Project(verify=False), access=Access(cloud="prod", admin_cloud="root")),
         "TLS", "certificates are not verified: cloud root", "cacert"),
        (Cloud(admin=None), "admin rights", "none", "admin_cloud"),
        (Cloud(admin=Project(status_code=403), access=Access(cloud="prod", admin_cloud="root")),
         "admin rights", "cloud root is refused os-services", "the role admin"),
        (Cloud(Project(ALL[:3] + ALL[4:])), "catalogue", "it has no placement", "region_name"),
        (Cloud(Project(ALL[:-1])), "metering", "no Gnocchi", "not deployed"),
        (Cloud(access=Access(cloud="prod", expect=("kvm", "esx"))), "zone esx", "expected", "discover"),
        (Cloud(found=(Zone(lacks="no image fits"),)), "zone kvm (kvm)", "no image fits", "zones.kvm"),
        (Cloud(silence="HTTP 503"), "zones", "HTTP 503", "discover"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_each_lack_is_named_with_what_mends_it(fake: Cloud, item: str, told: str, mend: str) -> None:
    assert list(amiss(fake)) == [item]
    assert told in found(fake)[item].found
    assert mend in found(fake)[item].mend


@pytest.mark.parametrize("obstacle", Obstacle)
def test_each_refusal_says_what_to_look_at_and_bars_everything(obstacle: Obstacle) -> None:
    finding = cloud.refusal(LoginError("no", obstacle))

    assert (finding.state, finding.bars) == (State.MISSING, True)
    assert finding.found == f"{obstacle}: no"
    assert finding.mend


def test_a_fault_of_the_file_is_mended_in_the_file() -> None:
    assert "clouds.yaml" in cloud.refusal(InputError("no auth_url")).mend


def test_several_regions_are_missing_a_choice_among_them() -> None:
    finding = cloud.refusal(RegionError("prod", ("RegionOne", "RegionTwo")))

    assert (finding.item, finding.state, finding.bars) == ("region", State.MISSING, True)
    assert "RegionOne, RegionTwo" in finding.found
    assert "region_name" in finding.mend
    assert finding.mend.endswith("RegionOne, RegionTwo")


@pytest.mark.parametrize(
    ("content", "told", "mend"),
    [
        ("clouds: {other: {}}\n", "has no cloud 'prod'", "other"),
        ("clouds: {\n", "is not YAML (line 2, column 1)", "mend the file"),
    ],
)
def test_clouds_yaml_is_looked_at_first(tmp_path: Path, content: str, told: str, mend: str) -> None:
    file = tmp_path / "clouds.yaml"
    file.write_text(content)

    finding = cloud.clouds_file(Access(cloud="prod", clouds_file=file))

    assert (finding.state, finding.bars) == (State.MISSING, True)
    assert told in finding.found
    assert mend in finding.mend


def test_a_clouds_file_that_the_environment_names_is_to_be_there_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "nowhere.yaml"

    finding = cloud.clouds_file(Access(cloud="prod", clouds_file=file))

    assert finding.found == f"there is no {file}"
    assert finding.mend == f"make {file}, or mend `clouds_file` in the environment file"


def test_where_there_is_no_clouds_yaml_each_place_is_named_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    spellings = [f"{tmp_path}/clouds{end}" for end in (".yaml", ".yml", ".json")]
    monkeypatch.setattr(loader, "CONFIG_FILES", spellings * 2)
    monkeypatch.delenv("OS_CLIENT_CONFIG_FILE", raising=False)
    monkeypatch.delenv("OS_AUTH_URL", raising=False)
    unnamed = cloud.clouds_file(Access(cloud="prod"))
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", "mine.yaml")
    named = cloud.clouds_file(Access(cloud="prod"))

    assert (unnamed.state, unnamed.bars) == (State.MISSING, True)
    assert unnamed.mend == f"make {tmp_path}/clouds.yaml, or set OS_CLIENT_CONFIG_FILE"
    assert named.mend == "make mine.yaml, or mend OS_CLIENT_CONFIG_FILE"


def test_a_clouds_yaml_that_has_the_cloud_is_named(tmp_path: Path) -> None:
    file = tmp_path / "clouds.yaml"
    file.write_text("clouds: {prod: {}}\n")

    finding = cloud.clouds_file(Access(cloud="prod", clouds_file=file))

    assert (finding.state, finding.found) == (State.OK, str(file))


def test_the_doctor_does_not_send_to_itself() -> None:
    error = LoginError("cannot log in; `ostf-dual doctor --os-cloud one` says more", Obstacle.REFUSED)

    assert cloud.refusal(error).found == "refused: cannot log in"
