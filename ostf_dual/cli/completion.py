"""Completion in shells: Typer's script, that asks the command itself what could follow."""

import os

VARIABLE = "_OSTF_DUAL_COMPLETE"


def script(shell: str) -> str:
    """What a shell reads to complete ``ostf-dual``."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined] # it has no __all__

    return str(get_completion_script(prog_name="ostf-dual", complete_var=VARIABLE, shell=shell))


def prepare() -> None:
    """Answer such a script in its own dialect, where one asks: without this, Typer's core has another."""
    if VARIABLE in os.environ:
        from typer.completion import completion_init  # type: ignore[attr-defined] # likewise

        completion_init()
