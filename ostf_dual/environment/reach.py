"""What is wrong with an access that its types do not tell, each thing with its place."""

from collections.abc import Iterator
from pathlib import Path

from ostf_dual.environment.definition import Environment
from ostf_dual.environment.forms import fault_of_host, fault_of_regex, fault_of_service
from ostf_dual.environment.lines import Location
from ostf_dual.environment.model import Access
from ostf_dual.environment.suggestion import suggested


def faults_of_access(value: object) -> Iterator[tuple[Location, str]]:
    """Texts without their form in an access, or in a definition's section of that name."""
    if isinstance(value, Environment) and value.access is not None:
        yield from ((("access", *location), told) for location, told in faults_of_access(value.access))
    elif isinstance(value, Access):
        for location, told in _forms(value):
            if told is not None:
                yield location, told


def missing_clouds_file(access: Access) -> str | None:
    """What is wrong with the clouds.yaml that an access names by an absolute path: without it nothing can be asked."""
    path = access.clouds_file
    if path is None or _is_there(path):
        return None
    return f"there is no such file: {path}{_beside(path)}"


def _forms(access: Access) -> Iterator[tuple[Location, str | None]]:
    for number, service in enumerate(access.services):
        yield ("services", number), fault_of_service(service)
    for number, each in enumerate(access.vcenters):
        place: Location = ("vcenters", number)
        yield (*place, "host"), fault_of_host(each.host)
        if each.datastore_regex is not None:
            yield (*place, "datastore_regex"), fault_of_regex(each.datastore_regex)
        for cluster, regex in each.clusters.items():
            yield (*place, "clusters", cluster), fault_of_regex(regex)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder above it is closed to this user
        return False


def _beside(path: Path) -> str:
    """What of that folder was probably meant."""
    try:
        near = suggested(path.name, (each.name for each in path.parent.iterdir()))
    except FileNotFoundError:
        return f"; there is no folder {path.parent} either"
    except (OSError, ValueError):
        return ""
    return near if "did you mean" in near else ""
