"""What `ostf-dual convert` does; the number that is returned is the exit code."""

import json
import sys
from pathlib import Path

from ostf_dual.environment.conversion import Conversion, Options
from ostf_dual.environment.conversion import convert as converted
from ostf_dual.environment.load import load_addition, load_environment
from ostf_dual.environment.written import environment_to_yaml
from ostf_dual.errors import InputError
from ostf_dual.reports.console import open_console
from ostf_dual.reports.conversions import conversion_as_values, print_conversion
from ostf_dual.runs.exit_code import ExitCode


def convert(
    old: Path,
    *,
    vcenter: Path | None,
    kvm: Path | None,
    output: Path | None,
    zone: str | None,
    copies_images: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Print the plan, and write the new definition where there is one and it was asked for."""
    part = _part(vcenter, kvm)
    if output is not None and output.exists() and not force:
        raise InputError(f"{output} is there already: give --force to write over it")
    addition = load_addition(part)
    if vcenter is not None and addition.vmware is None:
        raise InputError(f"{part} has no vmware section: a vCenter part needs one")
    found = converted(load_environment(old), addition, Options(zone=zone, copies_images=copies_images))
    written = _write(found, old, part, output) if output is not None else False
    if as_json:
        sys.stdout.write(
            json.dumps(conversion_as_values(found, output if written else None), indent=2) + "\n"
        )
    else:
        print_conversion(open_console(), old, found, output if written else None)
    return ExitCode.USAGE if found.refusals else ExitCode.OK


def _part(vcenter: Path | None, kvm: Path | None) -> Path:
    given = [each for each in (vcenter, kvm) if each is not None]
    if len(given) != 1:
        raise InputError("what comes to the cloud? Give --vcenter VC.yaml or --kvm KVM.yaml, one of the two")
    return given[0]


def _write(found: Conversion, old: Path, part: Path, output: Path) -> bool:
    if found.environment is None:
        return False
    text = f"# Made from {old.name} and {part.name} by `ostf-dual convert`.\n{environment_to_yaml(found.environment)}"
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror}") from None
    return True
