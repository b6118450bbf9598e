"""Where the scenarios, and other files that are no Python modules, are: in a wheel, or in a checkout."""

from pathlib import Path

import ostf_dual


def data_folder(name: str) -> Path:
    """The folder ``name`` ("scenarios", "fixtures", "reports") of this installation."""
    package = Path(ostf_dual.__file__).parent
    packed = package / "_data" / name
    return packed if packed.is_dir() else package.parent / name
