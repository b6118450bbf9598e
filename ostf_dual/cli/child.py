"""pytest in a process of its own, on our scenarios, with none of the surroundings' plugins and options."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType
from typing import IO

from ostf_dual.runs.data import data_folder
from ostf_dual.runs.ends import ends
from ostf_dual.runs.exit_code import ExitCode

_TAKES_A_VALUE = frozenset(
    {
        *("-k", "-m", "-p", "-o", "-c", "-r", "-W", "-n"),
        *("--deselect", "--ignore", "--ignore-glob", "--override-ini", "--config-file", "--pythonwarnings"),
        *(
            "--rootdir",
            "--confcutdir",
            "--basetemp",
            "--junit-xml",
            "--junitxml",
            "--log-file",
            "--import-mode",
        ),
        *("--tb", "--maxfail", "--durations", "--capture", "--color", "--log-level", "--log-cli-level"),
        *("--os-cloud", "--profile", "--expect", "--ostf-environment", "--ostf-reports", "--ostf-scenario"),
        *("--ostf-rerun", "--ostf-markdown", "--ostf-prometheus", "--ostf-explain", "--ostf-log-format"),
    }
)
"""Options of pytest and of ours whose value may be the next argument."""


def start_pytest(
    arguments: Sequence[str], *, output: IO[bytes] | None = None, own_session: bool = False
) -> subprocess.Popen[bytes]:
    """Start pytest on the scenarios. Plugins that happen to be installed (a random order, workers) are kept out.

    Args:
        arguments: For pytest; ``-p`` among them brings a plugin in.
        output: Where it writes; None: where this process does.
        own_session: Keep a terminal's Ctrl-C from it.
    """
    command = [
        # -P: a module of the folder that one happens to be in must not take the place of ours.
        *(sys.executable, "-P", "-m", "pytest", "-p", "ostf_dual.plugin"),
        *("-p", "no:cacheprovider"),
        *arguments,
    ]
    if not any(os.path.exists(each.partition("::")[0]) for each in _positional(arguments)):  # noqa: PTH110
        command.append(str(data_folder("scenarios")))
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    environment.pop("PYTEST_PLUGINS", None)
    return subprocess.Popen(
        command,
        env=environment,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=own_session,
    )


def _positional(arguments: Sequence[str]) -> list[str]:
    """Those that are neither options nor the value of the option before: ``-k vcenter`` names no file."""
    before = ("", *arguments)
    return [
        each
        for option, each in zip(before, arguments, strict=False)
        if not each.startswith("-") and option not in _TAKES_A_VALUE
    ]


def run_pytest(arguments: Sequence[str]) -> int:
    """Run the scenarios and return pytest's exit code.

    An interrupt is the child's to handle: it cleans up, and this process waits for that.
    """
    child = start_pytest(arguments)

    def forward(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    # Ctrl-C reaches the child by itself, since it is in the same process group of the terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in ends():
        signal.signal(number, forward)
    code = child.wait()
    if code < 0:
        sys.stderr.write(
            f"the run was killed by signal {-code}; what it left is removed by: ostf-dual cleanup\n"
        )
        return ExitCode.INTERNAL_ERROR
    return code
