"""`ostf-dual convert`: from the definition of a cloud with one hypervisor to one with two. No logic here."""

from pathlib import Path
from typing import Annotated

import typer

from ostf_dual.cli.options import Json

EXIT_CODES = (
    "Exit codes: 0 it can be converted, and NEW.yaml is written where it was asked for; 3 internal error; "
    "4 wrong input, or it cannot be converted: nothing is written."
)

app = typer.Typer()


@app.command(epilog=EXIT_CODES)
def convert(
    old: Annotated[
        Path, typer.Argument(metavar="OLD.yaml", help="The definition of the cloud that is there.")
    ],
    *,
    vcenter: Annotated[
        Path | None,
        typer.Option("--vcenter", metavar="VC.yaml", help="The vCenter part that a KVM or QEMU cloud gets."),
    ] = None,
    kvm: Annotated[
        Path | None,
        typer.Option("--kvm", metavar="KVM.yaml", help="The KVM or QEMU part that a vCenter cloud gets."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="NEW.yaml", help="Where the new definition goes."),
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(
            "--zone",
            metavar="NAME",
            help="Move the hosts that are there into this zone. They must be emptied by shelving: the plan says how.",
        ),
    ] = None,
    copy_images: Annotated[
        bool, typer.Option("--copy-images", help="Copy an image called TestVM; else it is renamed.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a NEW.yaml that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Plan a cloud's second hypervisor.

    Makes the definition of a cloud with one hypervisor one with two, and says what that takes and means. A part
    holds the keys of a definition that come: nodes, storage.volumes, images, vmware, for KVM also hypervisor.
    The cloud keeps its name, and its hosts keep their zones, unless --zone says otherwise. Nothing is deployed:
    that is `ostf-dual deploy NEW.yaml`, and its `--plan` says beforehand what it would do.

        ostf-dual convert fixtures/conversions/kvm-only.yaml --vcenter fixtures/conversions/vcenter.yaml -o new.yaml

        ostf-dual convert fixtures/conversions/vcenter-only.yaml --kvm fixtures/conversions/kvm.yaml

        ostf-dual convert old.yaml --vcenter vcenter.yaml --zone kvm -o new.yaml
    """
    from ostf_dual.cli.converting import convert as make

    raise typer.Exit(
        make(
            old,
            vcenter=vcenter,
            kvm=kvm,
            output=output,
            zone=zone,
            copies_images=copy_images,
            force=force,
            as_json=as_json,
        )
    )
