"""Which folders a run may replace: its own."""

from contextlib import suppress
from pathlib import Path


def is_ours(folder: Path, mark: str) -> bool:
    """Whether a folder can be made anew: it has our mark, or there is nothing in it. One that is not there is ours."""
    if not folder.exists() or (folder / mark).is_file():
        return True
    with suppress(OSError):
        return not any(folder.iterdir())
    return False
