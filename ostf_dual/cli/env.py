"""`ostf-dual env`: the definitions of clouds, before anything is deployed. No logic here."""

from pathlib import Path
from typing import Annotated

import typer

from ostf_dual.cli.options import Json

EXIT_CODES = "Exit codes: 0 fine, warnings or not; 3 internal error; 4 a file has faults, or cannot be read."

env = typer.Typer(
    help="""Definitions of clouds: check, show and compare them.

    ostf-dual env check mycloud.yaml

    ostf-dual env show fixtures/environments/kvm-and-vcenter.yaml
    """,
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(metavar="ENV.yaml", help="The definition of a cloud.")]


@env.command(epilog=EXIT_CODES)
def check(
    files: Annotated[list[Path], typer.Argument(metavar="ENV.yaml ...", help="Environment files.")],
    *,
    as_json: Json = False,
) -> None:
    """Say what is wrong with definitions.

    All of it at once, each fault with its line and its rule's source. Warnings are shown, and fail nothing. A
    file that only says how a cloud is reached is checked for its form,
    and for its clouds_file.

        ostf-dual env check mycloud.yaml

        ostf-dual env check fixtures/environments/*.yaml

        ostf-dual env check mycloud.yaml --json | jq -r '.[].faults[].message'
    """
    from ostf_dual.cli.definitions import check as tell

    raise typer.Exit(tell(files, as_json=as_json))


@env.command(epilog=EXIT_CODES)
def show(file: File, *, as_json: Json = False) -> None:
    """Print a definition as it is understood.

    With its defaults: nodes and what their roles imply, zones and who serves them, rule book, expected zones,
    images, budgets.

        ostf-dual env show fixtures/environments/kvm-and-vcenter.yaml

        ostf-dual env show mycloud.yaml --json | jq .expected_zones
    """
    from ostf_dual.cli.definitions import show as tell

    raise typer.Exit(tell(file, as_json=as_json))


@env.command(epilog=EXIT_CODES)
def diff(
    before: File,
    after: Annotated[Path, typer.Argument(metavar="OTHER.yaml", help="What it is held against.")],
    *,
    as_json: Json = False,
) -> None:
    """Say what differs between two definitions, defaults filled in.

    It is 0 whether they differ or not: `--json` prints `[]` where they do not.

        ostf-dual env diff fixtures/environments/qemu-only.yaml fixtures/environments/qemu-and-vcenter.yaml
    """
    from ostf_dual.cli.definitions import diff as tell

    raise typer.Exit(tell(before, after, as_json=as_json))


@env.command(epilog=EXIT_CODES)
def rules(*, as_json: Json = False) -> None:
    """Print the rules for definitions.

    What each wants, where it is from, and for which releases it holds. Two rule books, chosen by the
    definition's release: Fuel's and today's OpenStack's.

        ostf-dual env rules

        ostf-dual env rules --json | jq -r '.[] | select(.source | startswith("Nailgun")) | .says'
    """
    from ostf_dual.cli.definitions import show_rules

    show_rules(as_json=as_json)


@env.command(epilog=EXIT_CODES)
def schema() -> None:
    """Print the JSON Schema of a definition.

    Editors complete and check definitions by it:

        ostf-dual env schema > environment.schema.json

    and on the first line of a definition beside it:

        # yaml-language-server: $schema=environment.schema.json
    """
    from ostf_dual.cli.definitions import show_schema

    show_schema()
