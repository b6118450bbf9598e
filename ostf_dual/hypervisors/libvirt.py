"""libvirt's word on a zone's guests, asked on every compute host of the zone."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from ostf_dual.environment.model import Hypervisor, LibvirtAccess
from ostf_dual.errors import NotAskedError, NotConfiguredError, OstfError
from ostf_dual.hypervisors.libvirt_witness import LibvirtWitness
from ostf_dual.hypervisors.probe import Guest, Listing, PartlyUnaskedError
from ostf_dual.nodes.several import Replies, ask_each
from ostf_dual.nodes.shell import CommandShell, Shell
from ostf_dual.nodes.silence import Silences

T = TypeVar("T")


class LibvirtProbe:
    """The ``Probe`` of a libvirt zone. Hosts are asked at the same time.

    A host that is switched off for repair says nothing about guests that others have. One that lets others wait is
    left out for a while.
    """

    def __init__(
        self,
        accesses: Sequence[LibvirtAccess],
        shell_of: Callable[[Sequence[str]], Shell] = CommandShell,
        *,
        silences: Silences | None = None,
        without: Mapping[str, OstfError] | None = None,
    ) -> None:
        """Ask nothing yet.

        Args:
            accesses: The hosts that can be asked, at least one.
            shell_of: Where their commands are run.
            silences: Which hosts are silent; a new one, unless a test has its own clock.
            without: The zone's other hosts, and why they cannot be asked. They matter where the answer may be there.
        """
        self._without = without or {}
        self._hosts = {access.host: LibvirtWitness(access, shell_of(access.command)) for access in accesses}
        self._silences = silences or Silences()
        self._seen_on: dict[str, set[str]] = defaultdict(set)
        self._unasked: dict[str, Mapping[str, OstfError]] = {}

    @property
    def hypervisor(self) -> Hypervisor:
        """KVM by the type of all guests, QEMU where one is emulated; without any, LIBVIRT where it could be either.

        A host that offers KVM may still be told (Nova's ``virt_type``) not to use it, so an offer proves
        nothing; the lack of one does.
        """
        # One that emulates settles it; until then all are waited for: who answers first is chance.
        told = self._ask(lambda host: host.guest_types(), enough=lambda kinds: bool(kinds - {"kvm"}))
        kinds = {kind for each in told.answers.values() for kind in each}
        if kinds:
            return Hypervisor.KVM if kinds == {"kvm"} else Hypervisor.QEMU
        offers = self._ask(lambda host: host.offered_type(), enough=lambda offer: offer == "kvm").answers
        return Hypervisor.LIBVIRT if "kvm" in offers.values() else Hypervisor.QEMU

    def find_guest(self, server_id: str, host: str | None = None) -> Guest | None:
        """See ``Probe.find_guest``."""
        replies = self._ask_first(
            {host, *self._seen_on[server_id]},
            lambda each: each.guest(server_id),
            enough=lambda guest: guest is not None and guest.is_running,
        )
        found = [guest for guest in replies.answers.values() if guest is not None]
        self._seen_on[server_id].update(guest.host for guest in found)
        if replies.silence and not found:
            raise self._unknown(f"no host that answered has guest {server_id}", replies)
        # In the middle of a migration two hosts have it; the one that runs is the server's.
        return max(found, key=lambda guest: guest.is_running, default=None)

    def guests(self) -> Listing:
        """See ``Probe.guests``."""
        replies = self._ask(lambda host: host.domains())
        return Listing(
            guests=tuple(domain.guest for domains in replies.answers.values() for domain in domains),
            unasked=tuple(replies.silence),
            because=replies.unasked if replies.silence else "",
        )

    def remains_of(self, server_id: str) -> tuple[str, ...]:
        """See ``Probe.remains_of``."""
        return self._remains(server_id, lambda host: host.remains_of(server_id))

    def remains_of_volume(self, volume_id: str) -> tuple[str, ...]:
        """See ``Probe.remains_of_volume``."""
        return self._remains(volume_id, lambda host: host.remains_of_volume(volume_id))

    def screenshot(self, server_id: str) -> bytes | None:
        """See ``Probe.screenshot``."""
        replies = self._ask_first(
            self._seen_on[server_id],
            lambda host: host.screenshot(server_id),
            enough=lambda picture: picture is not None,
        )
        pictures = [picture for picture in replies.answers.values() if picture is not None]
        if replies.silence and not pictures:
            raise self._unknown(f"no host that answered shows guest {server_id}", replies)
        return next(iter(pictures), None)

    @property
    def unasked(self) -> tuple[str, ...]:
        """See ``Probe.unasked``."""
        every = {host: error for each in self._unasked.values() for host, error in each.items()}
        return (
            *(f"{host}: {error}" for host, error in every.items()),
            *(line for host in self._hosts.values() for line in host.unmounted),
        )

    def _remains(
        self, known_as: str, question: Callable[[LibvirtWitness], tuple[str, ...]]
    ) -> tuple[str, ...]:
        """What hosts have of a server or volume; the silence of one counts if it had some of it before."""
        # While one that had it still has something, the others need not be asked again and again.
        seen_on = self._seen_on[known_as]
        replies = self._in_turn(seen_on, partial(self._ask_hosts, question=question), enough=bool)
        seen_on.update(host for host, lines in replies.answers.items() if lines)
        remains = tuple(line for lines in replies.answers.values() for line in lines)
        self._unasked[known_as] = {
            host: error
            for host, error in {**replies.silence, **self._without}.items()
            if not seen_on or (isinstance(error, NotAskedError) and host not in self._without)
        }
        if not remains:
            _require_enough(replies)
            if seen_on & replies.silence.keys():
                raise PartlyUnaskedError(
                    f"{known_as} was on a host that does not answer any more: {replies.unasked}"
                )
        return remains

    def _ask(
        self, question: Callable[[LibvirtWitness], T], *, enough: Callable[[T], bool] = lambda _: False
    ) -> Replies[T]:
        return self._ask_first((), question, enough=enough)

    def _ask_first(
        self,
        known: Collection[str | None],
        question: Callable[[LibvirtWitness], T],
        *,
        enough: Callable[[T], bool],
    ) -> Replies[T]:
        replies = self._in_turn(known, partial(self._ask_hosts, question=question, enough=enough), enough)
        _require_enough(replies)
        if any(enough(answer) for answer in replies.answers.values()):
            return replies
        return replace(replies, silence={**replies.silence, **self._without})

    def _unknown(self, told: str, replies: Replies[T]) -> OstfError:
        is_lacking = self._without and replies.silence.keys() <= self._without.keys()
        return (NotConfiguredError if is_lacking else PartlyUnaskedError)(f"{told}, and {replies.unasked}")

    def _ask_hosts(
        self,
        hosts: Mapping[str, LibvirtWitness],
        question: Callable[[LibvirtWitness], T],
        enough: Callable[[T], bool] = lambda _: False,
    ) -> Replies[T]:
        def ask(host: tuple[str, LibvirtWitness]) -> T:
            name, witness = host
            with self._silences.asking(name):
                return question(witness)

        return ask_each({host[0]: host for host in hosts.items()}, ask, enough=enough)

    def _in_turn(
        self,
        known: Collection[str | None],
        ask: Callable[[Mapping[str, LibvirtWitness]], Replies[T]],
        enough: Callable[[T], bool],
    ) -> Replies[T]:
        """Ask the hosts that are known to have it, and the rest only where none of their answers is enough."""
        known = frozenset(known)  # another thread may see it on one more host between the two rounds
        first = ask({name: host for name, host in self._hosts.items() if name in known})
        if any(enough(answer) for answer in first.answers.values()):
            return first
        rest = ask({name: host for name, host in self._hosts.items() if name not in known})
        return Replies(answers={**first.answers, **rest.answers}, silence={**first.silence, **rest.silence})


def _require_enough(replies: Replies[T]) -> None:
    """One host may be silent, and not all; where there is nothing to ask on one, that is the answer."""
    if not replies.answers or any(isinstance(each, NotAskedError) for each in replies.silence.values()):
        replies.require_all()
