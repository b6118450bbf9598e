"""Nova and the hypervisors know the same guests."""

from typing import TYPE_CHECKING

import pytest

from ostf_dual.cloud.consistency import differences, ended, kept
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.waiting import wait_until

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.servers import Server
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.hypervisors.probe import Listing
    from ostf_dual.plugin.typing import Evidence, Step

LASTING_S = 8.0
"""What Nova and a hypervisor still do not agree on after so long is no change that was under way."""


@pytest.mark.check("CON-01", profile="quick", layer="consistency")
def test_nova_and_hypervisor_know_the_same_guests(
    cloud: "Cloud", zone: "Zone", step: "Step", evidence: "Evidence"
) -> None:
    """Every guest of a zone is a server of Nova's, every server has its guest, and both say the same.

    Why: Guests that Nova does not know use up hosts and keep their data after "delete"; servers without a guest
        are lost, and still paid for. One that its own user shut down from within is evidence: Nova learns of it
        within sync_power_state_interval, and of thousands there is always one.
    Witnesses: Nova's list of all servers, its word on each guest that is not in it (a deleted server may be kept to
        be restored: reclaim_instance_interval), and the list of all guests of libvirt or vCenter; all are read
        until they stand still.
    On failure: A guest without a server: look it up by its UUID among deleted servers (`openstack server list
        --deleted`), and remove it by hand once its owner agrees. A server without a guest: a host or cluster
        that was rebuilt. Off, and Nova says ACTIVE: a host that went down, or somebody at work behind Nova's
        back; paused: somebody, or a storage that does not answer.
    Source: SAP's vCenter nanny (complete_orphans, instance_state_gray); nova bug 1359138;
        nova.compute.manager (_sync_instance_power_state).
    """
    cloud.required_admin()

    lacking: dict[str, str] = {}

    def ask(no_older_than_s: float = 0.0) -> "tuple[tuple[Server, ...], Listing]":
        listing = zone.probe.guests()
        lacking.update(dict.fromkeys(listing.unasked, listing.because))
        # Nova is asked second: what it began to build meanwhile is excused by being under way.
        return cloud.census.servers(listing.guests, no_older_than_s=no_older_than_s), listing

    def asked(listing: "Listing") -> list[str]:
        return [host for host in zone.hosts if host not in listing.unasked]

    def drifts(servers: "tuple[Server, ...]", listing: "Listing") -> frozenset[str]:
        return frozenset(differences(servers, listing.guests, hosts=asked(listing)))

    with step("compare the lists, and again until what was only under way has settled"):
        # The list of the zone before will do: what differs from it is held against a new one.
        servers, listing = ask(LASTING_S)
        first = drifts(servers, listing)
        evidence("differences", sorted(first))
        evidence("guests that have just ended", list(ended(servers, listing.guests, hosts=asked(listing))))
        evidence("guests of deleted servers that Nova keeps", sorted(kept(servers, listing.guests)))
        wait_until(
            lambda: first and first & drifts(*ask()),
            lambda lasting: not lasting,
            what=f"Nova and {zone.hypervisor} to agree",
            timeout_s=LASTING_S,
            describe=lambda lasting: "; ".join(sorted(lasting)),
        )

    with step("every host could be asked"):
        if lacking:
            unknown = NotConfiguredError if lacking.keys() <= {*zone.hosts_without_access} else OstfError
            raise unknown(
                f"Nova and the hosts that answer agree, and {'; '.join(dict.fromkeys(lacking.values()))}"
            )
