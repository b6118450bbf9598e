"""The examples for schedulers and CI systems: each is read by its own tool."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ostf_dual.runs.data import data_folder

EXAMPLES = data_folder("fixtures") / "examples"
BIN = Path(sys.executable).parent
INSTALLED = "/opt/ostf-dual/bin/ostf-dual"
TIMERS = sorted((EXAMPLES / "systemd").iterdir())


def lint(*command: str, folder: Path = EXAMPLES) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ("vendor.github-workflows", "github/workflow.yml"),
        ("vendor.github-actions", "github/action.yml"),
        ("vendor.gitlab-ci", "gitlab/gitlab-ci.yml"),
    ],
)
def test_a_ci_servers_file_fits_its_schema(schema: str, name: str, tmp_path: Path) -> None:
    command = (str(BIN / "check-jsonschema"), "--builtin-schema", schema)

    done = lint(*command, name)
    assert done.returncode == 0, done.stdout

    broken = tmp_path / "broken.yml"
    broken.write_text(f"{(EXAMPLES / name).read_text()}\njobs: 1\nruns: 1\nstages: 1\n")
    assert lint(*command, str(broken)).returncode != 0


def test_the_cron_job_is_one_of_kubernetes() -> None:
    command = str(BIN / "kubernetes-validate")

    done = lint(command, "--strict", "kubernetes/cronjob.yaml")

    assert done.returncode == 0, done.stderr
    assert "cronjob/ostf-dual" in done.stdout + done.stderr


def test_zuuls_playbooks_pass_ansible_lint(tmp_path: Path) -> None:
    folder = tmp_path / "zuul"
    shutil.copytree(EXAMPLES / "zuul", folder)

    done = lint(str(BIN / "ansible-lint"), "--offline", "--nocolor", ".", folder=folder)

    assert done.returncode == 0, done.stdout
    assert "Passed: 0 failure(s), 0 warning(s) in 4 files" in done.stderr


def test_every_yaml_file_is_tidy() -> None:
    rules = (
        "{extends: default, rules: {line-length: disable, document-start: disable,"
        " truthy: {check-keys: false}, comments: {min-spaces-from-content: 1}}}"
    )

    done = lint(str(BIN / "yamllint"), "--strict", "-d", rules, ".")

    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_its_units(tmp_path: Path) -> None:
    units = [tmp_path / each.name for each in TIMERS]
    for source, unit in zip(TIMERS, units, strict=True):
        unit.write_text(source.read_text().replace(INSTALLED, str(BIN / "ostf-dual")))

    done = lint("systemd-analyze", "verify", *map(str, units))

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_alerts_fire_as_their_own_tests_say() -> None:
    checked = lint("promtool", "check", "rules", "alerts.yaml", folder=EXAMPLES / "prometheus")
    tested = lint("promtool", "test", "rules", "alerts-test.yaml", folder=EXAMPLES / "prometheus")

    assert (checked.returncode, tested.returncode) == (0, 0), checked.stderr + tested.stdout


def test_alerts_speak_of_metrics_that_there_are() -> None:
    rules = (EXAMPLES / "prometheus/alerts.yaml").read_text()
    written = (data_folder("fixtures").parent / "ostf_dual/reports/prometheus.py").read_text()

    named = {word for word in rules.replace("{", " ").split() if word.startswith("ostf_")}

    assert len(named) >= 4
    assert all(f'"{metric}"' in written for metric in named)
