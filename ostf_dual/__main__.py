"""The installed command."""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer import TyperException

_KILLED_BY_SIGINT = 130
_HELP = ["-h", "--help"]
_FOLLOWED = "watch"
"""The command that ends with its reader. Any other does what it was told to, whoever reads, and its code says how."""


def main() -> None:
    """Run the command line; what the user can mend is one message, and never a traceback."""
    if tell := _at_once(sys.argv[1:]):
        from ostf_dual.reports.reader import outliving

        sys.stdout = outliving(sys.stdout)
        tell()
        sys.exit(_written(0))
    sys.exit(_run())


def print_version() -> None:
    """Print the version of the installed package."""
    from importlib.metadata import version

    sys.stdout.write(f"ostf-dual {version('ostf-dual')}\n")


def _at_once(arguments: list[str]) -> "Callable[[], object] | None":
    """What is told with nothing imported that looks after secrets: there are none in it. Typer's way takes 0.3 s."""
    if arguments == ["--version"]:
        return print_version
    if arguments[-1:] not in ([name] for name in _HELP):
        return None
    from functools import partial

    from typer.main import get_command

    from ostf_dual.cli.app import app

    command: Any = get_command(app)
    for name in arguments[:-1]:
        if (command := getattr(command, "commands", {}).get(name)) is None:
            return None
    path = " ".join(("ostf-dual", *arguments[:-1]))
    return partial(command, ["--help"], prog_name=path, standalone_mode=False, help_option_names=_HELP)


def _run() -> int:
    from traceback import format_exc

    from typer import TyperException

    from ostf_dual.cli import completion
    from ostf_dual.cli.app import app
    from ostf_dual.errors import InputError, OstfError
    from ostf_dual.redaction.logs import conceal_logs
    from ostf_dual.redaction.streams import concealing
    from ostf_dual.redaction.variables import conceal_variables
    from ostf_dual.reports.reader import outliving
    from ostf_dual.runs.exit_code import ExitCode

    completion.prepare()
    conceal_variables()
    conceal_logs()
    is_followed = sys.argv[1:2] == [_FOLLOWED]
    if not is_followed:
        sys.stdout, sys.stderr = outliving(sys.stdout), outliving(sys.stderr)
    sys.stdout, sys.stderr = concealing(sys.stdout), concealing(sys.stderr)
    # Not in its standalone mode, in which Typer has exit codes of its own (2: usage).
    try:
        code = int(app(prog_name="ostf-dual", standalone_mode=False) or ExitCode.OK)
    except TyperException as error:
        return _tell(_usage(error), ExitCode.USAGE)
    except InputError as error:
        return _tell(f"ostf-dual: {error}", ExitCode.USAGE)
    except OstfError as error:
        return _tell(f"ostf-dual: {error}", ExitCode.BROKEN)
    except Exception as error:  # noqa: BLE001 (told whole, and not by Python's exit code, which would be "failed")
        if is_followed and isinstance(error, BrokenPipeError):  # its reader has seen enough
            sys.stdout = None  # or Python flushes it once more at its end
            return ExitCode.OK
        return _tell(f"ostf-dual: a fault of ours, please report it\n{format_exc()}", ExitCode.INTERNAL_ERROR)
    return _tell("interrupted", ExitCode.INTERRUPTED) if code == _KILLED_BY_SIGINT else _written(code)


def _written(code: int) -> int:
    """The code; where all is well, and not all that was told could be written, 6."""
    from ostf_dual.reports.reader import lost_by
    from ostf_dual.runs.exit_code import ExitCode

    if code == ExitCode.OK and (lost := lost_by(sys.stdout)):
        return _tell(f"ostf-dual: not all of it could be written: {lost}", ExitCode.BROKEN)
    return code


def _usage(error: "TyperException") -> str:
    """What is wrong with a command line, and where its use is told; a group's help, where no command is named."""
    told = error.format_message().replace("Value error, ", "")
    if told.startswith("Usage: "):
        return told
    context = getattr(error, "ctx", None)
    return f"ostf-dual: {told}" + (f"\nsee: {context.command_path} --help" if context else "")


def _tell(message: str, code: int) -> int:
    sys.stderr.write(f"{message}\n")
    return code


if __name__ == "__main__":
    main()
