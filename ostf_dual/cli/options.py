"""What several commands take."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ostf_dual.cli.telling import LogFormat
from ostf_dual.runs.exit_code import ExitCode

EXIT_CODES = "Exit codes: " + "; ".join(f"{int(code)} {code.meaning}" for code in ExitCode) + "."
WRONG, SILENT = "4 wrong input: an option, a file, a name", "6 the cloud could not be asked"
APART = "disruptive has no checks yet; system is asked for by `ostf-dual scenario`"

Cloud = Annotated[
    str | None,
    typer.Option("--os-cloud", metavar="NAME", help="The cloud, by its name in clouds.yaml; else $OS_CLOUD."),
]
Environment = Annotated[
    Path | None,
    typer.Option(
        "--environment",
        envvar="OSTF_ENVIRONMENT",
        metavar="FILE",
        help="File with what is known of the cloud.",
    ),
]
Reports = Annotated[Path, typer.Option("--reports", metavar="DIR", help="Where the report's files go.")]
Expect = Annotated[
    str | None, typer.Option(metavar="ZONES", help="Zones that must be there, separated by commas.")
]
OpenstackOnly = Annotated[
    bool, typer.Option("--openstack-only", help="Accept zones without a second witness.")
]
Html = Annotated[bool, typer.Option(help="Make the HTML report too.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
RunJson = Annotated[
    bool,
    typer.Option("--json", help="Print summary.json at the end, and all else on standard error."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only what is not well, and the verdict.")]
Verbose = Annotated[
    int,
    typer.Option(
        "--verbose", "-v", count=True, help="Each check as it ends, with its steps; -vv: pytest too."
    ),
]
Format = Annotated[LogFormat, typer.Option("--log-format", help="json: each event is a line, as it happens.")]
Markdown = Annotated[
    Path | None, typer.Option("--markdown", metavar="FILE", help="Write the Markdown summary there too.")
]
Prometheus = Annotated[
    Path | None,
    typer.Option("--prometheus", metavar="FILE", help="Write metrics there: DIR/NAME.prom of node_exporter."),
]


def is_typed(context: typer.Context, parameter: str) -> bool:
    """Whether an option stood on the command line: what a variable says is nobody's word on one run."""
    source = context.get_parameter_source(parameter)
    return source is not None and source.name == "COMMANDLINE"


class Profile(StrEnum):
    """Each holds the ones before it; disruptive and system only run when asked for."""

    QUICK = "quick"
    SMOKE = "smoke"
    FULL = "full"
    DISRUPTIVE = "disruptive"
    SYSTEM = "system"
