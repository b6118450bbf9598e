"""What many services' files have in common: sections as data, section -> option -> value."""

from ostf_dual.deployers.lab.configuration.site import (
    MEMCACHED_PORT,
    RABBIT_PORT,
    REGION,
    File,
    Options,
    Site,
    internal,
)
from ostf_dual.deployers.lab.layout import INSIDE


def rabbit(site: Site) -> str:
    """The queue's address, with its password."""
    return f"rabbit://lab:{site.passwords['rabbitmq']}@127.0.0.1:{RABBIT_PORT}/"


def login(site: Site, user: str) -> Options:
    """How a service logs in to Keystone, inside the lab."""
    return {
        "auth_url": internal("keystone") + "/v3", "auth_type": "password", "project_domain_name": "Default",
        "user_domain_name": "Default", "project_name": "service", "username": user,
        "password": site.passwords[user], "region_name": REGION, "valid_interfaces": "internal",
    }  # fmt: skip


def token_check(site: Site, user: str) -> Options:
    """How an API checks its callers' tokens."""
    return {
        **login(site, user), "www_authenticate_uri": site.public["keystone"], "interface": "internal",
        "memcached_servers": f"127.0.0.1:{MEMCACHED_PORT}", "service_token_roles_required": "true",
        "service_token_roles": "service,admin",
    }  # fmt: skip


def service_user(site: Site, user: str) -> Options:
    """Long operations outlive a user's token: the service's own goes along."""
    return {**login(site, user), "send_service_user_token": "true"}


def common(site: Site, user: str) -> File:
    """What every service with an API or an agent has."""
    return {
        "DEFAULT": {"transport_url": rabbit(site), "graceful_shutdown_timeout": "3"},
        "oslo_concurrency": {"lock_path": f"{INSIDE}/var/lock/{user}"},
        "oslo_messaging_notifications": {"driver": "messagingv2", "transport_url": rabbit(site)},
        "oslo_messaging_rabbit": {"rabbit_transient_quorum_queue": "false"},
        # Behind HAProxy: links in answers must be the public ones.
        "oslo_middleware": {"enable_proxy_headers_parsing": "true"},
        "keystone_authtoken": token_check(site, user),
    }


def privsep(site: Site, *contexts: str) -> File:
    """Root without sudo: privsep's default helper is sudo."""
    return {each: {"helper_command": f"{site.venv}/bin/privsep-helper"} for each in contexts}


def merged(*files: File) -> File:
    """Section by section; a later file's option wins."""
    result: File = {}
    for each in files:
        for section, options in each.items():
            result.setdefault(section, {}).update(options)
    return result


def ini(file: File) -> str:
    """An oslo.config file."""
    parts = []
    for section, options in file.items():
        if options:
            lines = [
                f"{key} = {one}\n"
                for key, value in options.items()
                for one in ((value,) if isinstance(value, str) else value)
            ]
            parts.append(f"[{section}]\n" + "".join(lines))
    return "\n".join(parts)
