"""pytest in a process of its own, on our scenarios, with none of the surroundings' plugins and options."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType
from typing import IO

from ostf_dual.runs.data import data_folder
from ostf_dual.runs.exit_code import ExitCode


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
        *(sys.executable, "-m", "pytest", "-p", "ostf_dual.plugin"),
        *("-p", "no:cacheprovider"),
        *arguments,
    ]
    if not any(os.path.exists(each.partition("::")[0]) for each in arguments if not each.startswith("-")):  # noqa: PTH110
        command.append(str(data_folder("scenarios")))
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    return subprocess.Popen(
        command,
        env=environment,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=own_session,
    )


def run_pytest(arguments: Sequence[str]) -> int:
    """Run the scenarios and return pytest's exit code.

    An interrupt is the child's to handle: it cleans up, and this process waits for that.
    """
    child = start_pytest(arguments)

    def forward(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    # Ctrl-C reaches the child by itself, since it is in the same process group of the terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, forward)
    code = child.wait()
    if code < 0:
        sys.stderr.write(
            f"the run was killed by signal {-code}; what it left is removed by: ostf-dual cleanup\n"
        )
        return ExitCode.INTERNAL_ERROR
    return code
