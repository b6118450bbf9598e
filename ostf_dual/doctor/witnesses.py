"""The second witnesses: vCenter, the libvirt of each host, and the vantage from which guests are reached."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ostf_dual.doctor.finding import WITNESSES, Finding, State
from ostf_dual.environment.model import LibvirtAccess, Vantage, VCenterAccess
from ostf_dual.environment.sizes import GIB
from ostf_dual.errors import OstfError
from ostf_dual.hypervisors.libvirt_host import read_host
from ostf_dual.nodes.several import ask_each
from ostf_dual.nodes.shell import CommandShell, Shell
from ostf_dual.tls import certificate

if TYPE_CHECKING:
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.environment.model import Access

PRIVILEGES = ("System.View", "System.Read", "Datastore.Browse")
"""All that the witness needs: the role Read-only, and Datastore > Browse datastore."""

ShellOf = Callable[[Sequence[str]], Shell]


def witnesses(
    access: "Access", shell_of: ShellOf = CommandShell, *, hosts: Iterable[str] = ()
) -> Iterator[Finding]:
    """Each witness that the environment names: whether it answers.

    Args:
        access: What names them.
        shell_of: Where commands are run.
        hosts: Of the libvirt zones, as far as the cloud tells: patterns are asked for them.
    """
    for vcenter in access.vcenters:
        yield from _vcenter(vcenter)
    named = (each.host for each in access.libvirt if not each.is_pattern)
    found = filter(None, map(access.libvirt_of, dict.fromkeys((*named, *hosts))))
    yield from ask_each(
        {each.host: each for each in found}, lambda host: _libvirt(host, shell_of)
    ).answers.values()
    yield _vantage(access.vantage, shell_of)


def unproven(zone: "Zone") -> Finding | None:
    """What keeps a zone's hypervisor from being asked; None: nothing does."""
    if (missing := zone.witness_missing) is None:
        return _lacking(zone)
    mend = "add it to the environment file (fixtures/environments/existing.yaml has every key), or run --openstack-only"
    return _missing(f"zone {zone.label}", f"OpenStack's word only: {missing}", mend)


def _lacking(zone: "Zone") -> Finding | None:
    if not (lacking := zone.hosts_without_access):
        return None
    mend = 'add them under `libvirt` in the environment file, or a pattern: host "*", command [ssh, "{host}"]'
    found = f"no access to the libvirt of {', '.join(lacking)}: nobody vouches for servers there"
    return Finding(group=WITNESSES, item=f"zone {zone.label}", state=State.WARN, found=found, mend=mend)


def _vcenter(access: VCenterAccess) -> Iterator[Finding]:
    from ostf_dual.hypervisors.vcenter import VCenter  # pyvmomi takes 0.2 s

    item = f"vCenter {access.name}"
    if access.insecure:
        mend = f"give `ca_file` of vcenters.{access.name} in place of `insecure: true`"
        found = "its certificate is not verified: whoever sits between reads the password"
        yield Finding(group=WITNESSES, item=f"{item}: TLS", state=State.WARN, found=found, mend=mend)
    else:
        try:
            shown = certificate(access.host, access.port, access.ca_file)
        except OstfError as error:
            mend = f"look at host, port and ca_file of vcenters.{access.name}, and at firewalls between here and it"
            yield _missing(f"{item}: TLS", str(error), mend)
            return
        found = f"verified, {shown.days_left:.0f} days left"
        yield Finding(group=WITNESSES, item=f"{item}: TLS", state=State.OK, found=found)
    vcenter = VCenter(access)
    try:
        about = vcenter.about()
        yield Finding(group=WITNESSES, item=f"{item}: login", state=State.OK, found=about.full_name)
        yield _privileges(item, vcenter.lacking)
    except OstfError as error:
        mend = f"look at user and password of vcenters.{access.name}; an account may be locked"
        yield _missing(f"{item}: login", str(error), mend)
    finally:
        vcenter.close()


def _privileges(item: str, lacking: Callable[..., tuple[str, ...]]) -> Finding:
    item = f"{item}: privileges"
    try:
        missing = lacking(*PRIVILEGES)
    except OstfError as error:
        mend = f"see by hand that the account has {', '.join(PRIVILEGES)} on the whole inventory"
        return Finding(
            group=WITNESSES, item=item, state=State.WARN, found=f"it does not say: {error}", mend=mend
        )
    if missing:
        mend = (
            "give the account the role Read-only with Datastore > Browse datastore, on the root, propagated"
        )
        return _missing(item, f"lacks {', '.join(missing)}", mend)
    return Finding(group=WITNESSES, item=item, state=State.OK, found="may read, and browse datastores")


def _libvirt(access: LibvirtAccess, shell_of: ShellOf) -> Finding:
    item = f"libvirt of {access.host}"
    try:
        host = read_host(access, shell_of)
    except OstfError as error:
        mend = f"try it by hand: {shell_of(access.command)!r}, then virsh --connect {access.uri} list"
        return _missing(item, str(error), mend)
    if host.silence:
        mend = "start libvirtd or virtqemud there; let the user read it (group libvirt, or `sudo -n` in `command`)"
        return _missing(item, host.silence, mend)
    found = f"answers; {', '.join(sorted(host.offered))}; {host.free_bytes / GIB:.0f} GiB free"
    return Finding(group=WITNESSES, item=item, state=State.OK, found=found)


def _vantage(vantage: Vantage | None, shell_of: ShellOf) -> Finding:
    item = "vantage"
    if vantage is None:
        return Finding(
            group=WITNESSES,
            item=item,
            state=State.WARN,
            found="none: guests are heard on Nova's console only, which vCenter seldom has",
            mend="give `vantage` in the environment file: a jump host that reaches the servers' addresses",
        )
    shell = shell_of(vantage.command)
    try:
        done = shell.run("timeout", "5", "bash", "-c", "true")
        why = None if done.exit_status == 0 else done.stderr.strip() or f"exit status {done.exit_status}"
    except OstfError as error:
        why = str(error)
    if why is not None:
        return _missing(item, why, f"try it by hand: {shell!r}; it needs bash and timeout (coreutils)")
    return Finding(group=WITNESSES, item=item, state=State.OK, found=f"{shell!r} has bash and timeout")


def _missing(item: str, found: str, mend: str) -> Finding:
    return Finding(group=WITNESSES, item=item, state=State.MISSING, found=found, mend=mend)
