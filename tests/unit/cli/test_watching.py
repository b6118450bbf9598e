"""``ostf-dual watch`` as a process: it is alone, its end cleans up, what it says can be read by programs."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ostf_dual.cli import watching
from ostf_dual.cli.asking import Asking
from ostf_dual.cli.watch import Ended, Watch
from ostf_dual.cli.watching import JsonLines, Lines, Metered
from ostf_dual.locks import held
from ostf_dual.reports.archive import keep, kept_runs
from ostf_dual.reports.changes import News
from ostf_dual.reports.prometheus import write_metrics
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.journal import recorded_runs
from ostf_dual.runs.result import RunResult
from ostf_dual.waiting import wait_until
from tests.unit.cli.test_entry_point import call
from tests.unit.plugin.conftest import FAKE_CLOUD
from tests.unit.reports.conftest import run  # noqa: F401 - a fixture

CHECK = """
import pytest, threading
@pytest.mark.check("BOOT-01", profile="smoke", layer="compute")
def test_boot(zone, test_vm):
    open("there", "w").close()
    threading.Event().wait(60)
"""
WATCH = """
import sys
from dataclasses import replace
from pathlib import Path
from ostf_dual.cli.watch import Plan, Watch
from ostf_dual.cli.watching import Lines, start
arguments = ["--os-cloud=fake", "--ostf-reports=out", "test_checks.py"]
plan = Plan(cloud="prod", arguments=lambda profile: arguments, profile="full", interval_s=3600, reports=Path("out"))
sys.exit(Watch(plan, Lines(), start).go())
"""
NEWS = News(is_worse=True, subject="BOOT-01 kvm", told="newly failed: no valid host")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_end_of_a_watch_lets_its_run_clean_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("FAKE_CLOUD", "{}")
    (tmp_path / "conftest.py").write_text(FAKE_CLOUD.read_text())
    (tmp_path / "test_checks.py").write_text(CHECK)

    with subprocess.Popen([sys.executable, "-c", WATCH], cwd=tmp_path) as child:
        wait_until((tmp_path / "there").exists, bool, what="the check to begin", timeout_s=60)
        child.send_signal(number)
        code = child.wait(timeout=60)

    (recorded,) = recorded_runs(tmp_path / "state/ostf-dual/runs")
    assert code == ExitCode.INTERRUPTED
    assert recorded.is_clean
    assert "removed: 1 server" in (tmp_path / "out/watch.log").read_text()


def test_a_cloud_is_watched_by_one_watch_at_a_time(tmp_path: Path) -> None:
    with held(tmp_path / "ostf-dual/watch/my%2Fcloud.lock") as is_ours:
        done = call("watch", "--os-cloud", "my/cloud", "--every", "1h", XDG_STATE_HOME=str(tmp_path))

    assert is_ours
    assert done.returncode == ExitCode.USAGE
    assert "cloud my/cloud is being watched already" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--every", "soon"), "'soon' is no length of time"),
        (("--every", "15m", "--for", "0s"), "'0s' is no length of time"),
        ((), "Missing option '--every'"),
    ],
)
def test_wrong_input_is_told_before_anything_is_asked(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    done = call("watch", "--os-cloud", "fake", *arguments, XDG_STATE_HOME=str(tmp_path))

    assert done.returncode == ExitCode.USAGE
    assert told in done.stderr


def test_a_cloud_that_is_not_in_clouds_yaml_ends_the_watch_at_once(tmp_path: Path) -> None:
    (tmp_path / "clouds.yaml").write_text("clouds: {}\n")
    settings = {"XDG_STATE_HOME": str(tmp_path), "OS_CLIENT_CONFIG_FILE": str(tmp_path / "clouds.yaml")}

    done = call(
        "watch", "--os-cloud", "fake", "--every", "1h", "--reports", str(tmp_path / "out"), **settings
    )

    assert done.returncode == ExitCode.USAGE
    assert "fake" in done.stderr


def test_a_file_that_is_being_edited_does_not_end_a_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    file = tmp_path / "env.yaml"
    file.write_text("cloud: prod\n")
    asked: list[list[str]] = []

    class Edited(Watch):
        def go(self) -> int:
            file.write_text("cloud: [half")
            asked.append(self._plan.arguments("smoke"))
            return 0

    monkeypatch.setattr(watching, "Watch", Edited)
    watching.watch(
        Asking(
            cloud=None,
            environment=file,
            profile="full",
            expect=None,
            openstack_only=False,
            reports=tmp_path,
        ),
        every="15m",
        count=None,
        lasting=None,
        prometheus=tmp_path / "m.prom",
        as_json=False,
    )

    (arguments,) = asked
    assert arguments[-1] == "--profile=smoke"
    assert {"--os-cloud=prod", f"--ostf-environment={file}"} < {*arguments}
    assert not any("prometheus" in each for each in arguments)  # the watch writes them


def test_people_are_told_the_state_at_first_and_then_news_alone(
    run: RunResult,  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keep(run, tmp_path)
    (kept,) = kept_runs(tmp_path)
    lines = Lines()

    lines.ended(Ended(kept, ExitCode.FAILED, ExitCode.FAILED, 12.0, (), is_first=True))
    lines.ended(Ended(kept, ExitCode.FAILED, ExitCode.FAILED, 12.0, ()))
    lines.ended(Ended(kept, ExitCode.FAILED, ExitCode.FAILED, 12.0, (NEWS,)))

    out, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert "run 261122-ab: 4 passed, 3 not well: a check failed" in err
    assert out.endswith(" ! BOOT-01 kvm: newly failed: no valid host\n")
    assert out.count("\n") == 1


def test_metrics_hold_the_latest_run_that_told_something_and_the_watch(
    run: RunResult,  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keep(run, tmp_path)
    (kept,) = kept_runs(tmp_path)
    alone, both = tmp_path / "run.prom", tmp_path / "watch.prom"
    write_metrics(run, alone)
    teller = Metered(Lines(), "prod", both)

    teller.ended(Ended(kept, ExitCode.FAILED, ExitCode.FAILED, 12.0, (NEWS,)))
    assert set(alone.read_text().splitlines()) < set(both.read_text().splitlines())
    assert 'ostf_watch_newly_worse{cloud="prod"} 1.0' in both.read_text()
    died = Ended(None, ExitCode.INTERNAL_ERROR, ExitCode.INTERNAL_ERROR, 1.0, (), runs=2, left_out=3)
    teller.ended(died)

    told = both.read_text().splitlines()
    assert set(alone.read_text().splitlines()) < set(told)
    assert {line for line in told if line.startswith("ostf_watch")} == {
        'ostf_watch_exit_code{cloud="prod"} 3.0',
        'ostf_watch_newly_worse{cloud="prod"} 0.0',
        'ostf_watch_runs_total{cloud="prod"} 2.0',
        'ostf_watch_left_out_total{cloud="prod"} 3.0',
    }
    assert capsys.readouterr().out.count("newly failed: no valid host") == 1


def test_what_stood_before_and_a_death_that_goes_on_are_no_news_to_metrics(tmp_path: Path) -> None:
    file = tmp_path / "watch.prom"
    died = Ended(None, ExitCode.INTERNAL_ERROR, ExitCode.INTERNAL_ERROR, 1.0, (NEWS,))
    teller = Metered(Lines(), "prod", file)

    def worse() -> str:
        return next(line for line in file.read_text().splitlines() if line.startswith("ostf_watch_newly"))[
            -3:
        ]

    told = []
    for ended in (replace(died, is_first=True), replace(died), replace(died)):
        teller.ended(ended)
        told.append(worse())

    assert told == ["0.0", "0.0", "0.0"]
    fresh = Metered(Lines(), "prod", file)
    fresh.ended(died)
    assert worse() == "1.0"


def test_a_watch_that_is_refused_leaves_no_metrics_of_an_earlier_one(tmp_path: Path) -> None:
    file = tmp_path / "watch.prom"
    file.write_text('ostf_run_exit_code{cloud="prod"} 0.0\n')

    Metered(Lines(), "prod", file).refused()

    assert "ostf_run_exit_code" not in file.read_text()
    assert 'ostf_watch_exit_code{cloud="prod"} 4.0' in file.read_text()


def test_a_watch_whose_metrics_cannot_be_written_says_so_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    died = Ended(None, ExitCode.INTERNAL_ERROR, ExitCode.INTERNAL_ERROR, 1.0, ())

    Metered(Lines(), "prod", tmp_path / "nowhere" / "m.prom").ended(died)

    assert "metrics cannot be written" in capsys.readouterr().err


def test_metrics_that_could_never_be_written_are_wrong_input(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "m.prom"

    done = call(
        *("watch", "--os-cloud", "fake", "--every", "1h", "--prometheus", str(file)),
        XDG_STATE_HOME=str(tmp_path),
    )

    assert done.returncode == ExitCode.USAGE
    assert f"{file} cannot be written: there is no folder" in done.stderr


def test_programs_are_told_every_run(
    run: RunResult,  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keep(run, tmp_path)
    (kept,) = kept_runs(tmp_path)

    JsonLines().ended(Ended(kept, ExitCode.OK, ExitCode.FAILED, 12.0, (NEWS,)))
    JsonLines().ended(Ended(None, ExitCode.INTERNAL_ERROR, ExitCode.INTERNAL_ERROR, 1.0, ()))

    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["run_id"], first["exit_code"], first["took_s"]) == ("261122-ab", 0, 12.0)
    assert first["watch_exit_code"] == 1  # something is at fault since an earlier run
    assert first["news"][0]["subject"] == "BOOT-01 kvm"
    assert (second["run_id"], second["news"]) == (None, [])
