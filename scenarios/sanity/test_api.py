"""Sanity: the way in. Every endpoint of the catalogue, and the token that opens them."""

from collections.abc import Callable

import pytest

from ostf_dual.cloud.catalogue import ask_all, endpoints, issue_token, trusted
from ostf_dual.cloud.cloud import Cloud
from ostf_dual.nodes.clocks import LONGEST_SKEW_S
from ostf_dual.tls import certificate, expiry_fault

LEAST_TOKEN_LIFE_S = 300


@pytest.mark.check("API-01", profile="quick", layer="api")
def test_every_endpoint_answers(cloud: Cloud, evidence: Callable[[str, object], None]) -> None:
    """Every endpoint of the catalogue answers with its versions, over TLS that verifies.

    Why: One dead endpoint, or one certificate that runs out, stops everything that needs that service, and is
        found by users first.
    Witnesses: The service catalogue and each server behind it: the version document of every endpoint, and the
        TLS handshake with it.
    On failure: No connection: the service, its HAProxy back end or the firewall. HTTP 503: HAProxy has no back
        end left. A name that does not verify: the endpoint in the catalogue is called otherwise than its
        certificate. Compare `openstack catalog list` with `openstack endpoint list`.
    Source: OSTF's sanity set asked each service for a list; expired certificates and dead endpoints are what
        operators meet most.
    """
    listed = endpoints(cloud.project)
    assert listed, "the service catalogue is empty: nothing can be reached; look at `openstack catalog list`"

    replies = ask_all(cloud.project, listed)
    evidence(
        "answers",
        [f"{each.endpoint}: {each.status or each.fault} in {each.took_s:.2f} s" for each in replies],
    )
    dead = [f"{each.endpoint} does not answer: {each.fault}" for each in replies if each.fault]
    assert not dead, "\n".join(dead)

    is_verified, ca_file = trusted(cloud.project)
    servers = {each.tls_server for each in listed if each.tls_server}
    shown = [certificate(host, port, ca_file) for host, port in sorted(servers) if is_verified]
    evidence(
        "certificates",
        [f"{each.server}: {each.days_left:.0f} days left" for each in shown] or "none is verified",
    )
    ending = [fault for each in shown if (fault := expiry_fault(each))]
    assert not ending, "\n".join(ending)


@pytest.mark.check("API-02", profile="quick", layer="api")
def test_token_is_issued(cloud: Cloud, evidence: Callable[[str, object], None]) -> None:
    """Keystone issues a token for the project, long-lived enough to work with, and its clock is right.

    Why: Every call begins with a token; one that is too short-lived breaks image copies and snapshots in the
        middle, and a wrong clock makes tokens invalid before their time.
    Witnesses: Keystone's answer, and the clock of this machine.
    On failure: Slow or refused: memcached behind Keystone, Fernet keys that were not rotated alike on all
        controllers, or LDAP. A wrong clock: NTP on the controllers, then here.
    Source: keystone.conf [token] expiration; nova and glance hold the user's token while they copy images.
    """
    token = issue_token(cloud.project)
    evidence("token", str(token))

    assert token.project_id, "the token is for no project: give project_name and its domain in clouds.yaml"
    assert token.lifetime_s >= LEAST_TOKEN_LIFE_S, (
        f"a token lives {token.lifetime_s:.0f} s, wanted {LEAST_TOKEN_LIFE_S} at least: image copies and "
        "snapshots outlive it; look at [token] expiration in keystone.conf"
    )
    assert abs(token.skew_s or 0) <= LONGEST_SKEW_S, (
        f"Keystone's clock is {token.skew_s:+.0f} s off ours, at most {LONGEST_SKEW_S:g} s are sound: tokens "
        "are refused early or too late; look at NTP on the controllers, then here"
    )
