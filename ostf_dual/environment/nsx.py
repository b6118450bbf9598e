"""NSX, the other thing that vCenter's ports may be bound by: no definition can ask for it, and it is told why."""

import re
from typing import Final

TOLD: Final = (
    "NSX cannot be defined: Fuel's rule book has it as NSXv from 8.0 on, by a plugin, today's OpenStack by a driver of "
    "its own, and no setting of either is known here; say `dvs: true` with `segmentation: vlan` (Fuel: the DVS "
    "plugin), or deploy the cloud by its own tools and check it with deployer existing"
)

_NAME = re.compile("nsx", re.IGNORECASE)


def is_nsx(word: object) -> bool:
    """Whether a key or a value asks for it, by any of its names: nsx, NSXv, nsx-t."""
    return bool(_NAME.match(str(word)))
