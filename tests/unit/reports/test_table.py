"""The table tells the run to a person, on a terminal and in a file."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from ostf_dual.environment.model import Hypervisor
from ostf_dual.reports.markdown import markdown
from ostf_dual.reports.table import print_run
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Outcome, Problem, RunResult
from ostf_dual.runs.verdict import verdict


def printed(run: RunResult, *, width: int = 120, terminal: bool = False) -> str:
    stream = io.StringIO()
    print_run(Console(file=stream, width=width, force_terminal=terminal, highlight=False), run, verdict(run))
    return stream.getvalue()


def line_with(text: str, *words: str) -> str:
    return next(line for line in text.splitlines() if all(word in line for word in words))


def test_checks_go_down_and_zones_across(run: RunResult) -> None:
    text = printed(run)

    row = line_with(text, "ALL-02", "A server boots")
    assert row.index("passed") < row.index("failed")
    assert "OpenStack's word only" in text
    assert line_with(text, "total")


def test_a_row_is_one_line_however_narrow_and_families_stay_together(run: RunResult) -> None:
    checks = ("SVC-03", "BOOT-01", "SVC-01")
    results = [replace(run.results[0], check=check, title="A long question " * 9) for check in checks]
    many = replace(
        run, results=(*results, replace(results[1], check="MET-02", case="disk.device.read.bytes"))
    )

    rows = [line for line in printed(many, width=80).splitlines() if "passed" in line]

    assert [line.split()[0] for line in rows[:-1]] == ["SVC-01", "SVC-03", "BOOT-01", "MET-02"]
    assert "disk.device.read" in rows[3]


def test_every_fault_is_told_with_its_cause_and_what_to_do(run: RunResult) -> None:
    text = printed(run)

    assert "ALL-02 esx-a failed" in text
    assert "in step 1: ask" in text
    assert "-- -k 'ALL-02 and esx-a'" in text
    assert "ostf-dual cleanup 261122-ab" in text


def test_a_reason_stays_one_line_in_a_file_and_is_wrapped_on_a_terminal(run: RunResult) -> None:
    reason = "no valid host " * 9 + "was found"
    failed = replace(
        run.results[0], outcome=Outcome.FAILED, message=f"{reason}\nlook at the scheduler", steps=()
    )
    problem = Problem(code=ExitCode.BROKEN, message=f"cannot log in: {reason}")
    hit = replace(
        run, results=(failed, replace(failed, check="NET-01", outcome=Outcome.SKIPPED)), problem=problem
    )

    told = printed(hit, width=60).splitlines()

    assert {f"  {reason}", "  look at the scheduler", f"  cannot log in: {reason}\n".rstrip()} <= {*told}
    assert f"skipped: {reason}" in told
    assert reason not in printed(hit, width=60, terminal=True)


def test_one_cause_is_told_once_with_all_that_it_hit(run: RunResult) -> None:
    hit = [replace(run.results[2], check=f"NET-0{n}", message="see BOOT-01") for n in (1, 2, 3)]

    text = printed(replace(run, results=tuple(hit)))

    assert text.count("see BOOT-01") == 1
    assert "NET-01 esx-a, NET-02 esx-a, NET-03 esx-a" in text


def test_the_verdict_has_every_reason_and_the_wall_time(run: RunResult) -> None:
    text = printed(run)

    assert "1 failed" in text
    assert "zone esx-b is expected" in text
    assert "12.3 s" in text
    assert "exit code 1" in text


def test_colours_are_for_terminals_that_want_them(run: RunResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    coloured, plain = printed(run, terminal=True), printed(run)
    monkeypatch.setenv("NO_COLOR", "1")
    uncoloured = printed(run, terminal=True)

    assert "\x1b[32m" in coloured
    assert "\x1b[" not in plain
    assert "\x1b[32m" not in uncoloured


def test_a_message_with_brackets_is_shown_as_it_is(run: RunResult) -> None:
    odd = replace(run.results[1], message="host [bold] is [/red] down")

    assert "host [bold] is [/red] down" in printed(replace(run, results=(odd,)))


@pytest.mark.parametrize(
    ("kept", "words"),
    [(Hypervisor.QEMU, "no check of vCenter was run"), (Hypervisor.VCENTER, "no check of libvirt was run")],
)
def test_a_hypervisor_that_is_not_there_is_told_not_to_have_been_asked(
    run: RunResult, kept: Hypervisor, words: str
) -> None:
    one = replace(run, zones=(replace(run.zones[0], hypervisor=kept),))

    assert words in printed(one)
    assert "was run" not in printed(run)


def test_a_scenario_is_played_again_by_its_own_command(run: RunResult) -> None:
    failed = next(each for each in run.results if each.outcome is Outcome.FAILED)
    play = replace(failed, check="SYS-08", profile="system", zone=None, hypervisor=None)

    played = replace(run, zones=(), results=(play,))
    command = "ostf-dual scenario SYS-08 --environment ENV.yaml"

    assert f"to play it again:  {command}" in printed(played)
    assert command in markdown(played, verdict(played))
