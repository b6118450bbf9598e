"""Who the lab's services and users are: what Keystone holds before any other service starts."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ostf_dual.deployers.lab import configuration as conf
from ostf_dual.deployers.lab.configuration import Site
from ostf_dual.deployers.lab.containment import Containment
from ostf_dual.deployers.lab.layout import INSIDE, Layout
from ostf_dual.files import write_private

# Service -> type in the catalogue, path behind the port.
_ENDPOINTS = {
    "glance": ("image", ""), "placement": ("placement", ""), "nova": ("compute", "/v2.1"),
    "cinder": ("volumev3", "/v3/%(project_id)s"), "neutron": ("network", ""), "gnocchi": ("metric", ""),
}  # fmt: skip


def write_keys(layout: Layout) -> None:
    """Keystone's key repositories: file 0 is staged, 1 signs. keystone-manage would take 8 s for it."""
    from cryptography.fernet import Fernet

    for repository in ("fernet", "receipt", "credential"):
        for index in ("0", "1"):
            write_private(layout.var / "keystone" / repository / index, Fernet.generate_key().decode())


def bootstrap(inside: Containment, site: Site) -> None:
    """The admin, its project and Keystone's own endpoints; the password goes by the environment."""
    addresses = {
        "public": site.public["keystone"],
        "internal": conf.internal("keystone"),
        "admin": conf.internal("keystone"),
    }
    urls = [word for name, url in addresses.items() for word in (f"--bootstrap-{name}-url", f"{url}/v3")]
    inside.run(
        [f"{site.venv}/bin/keystone-manage", "--config-dir", f"{INSIDE}/etc/controller/keystone", "bootstrap", *urls,
         "--bootstrap-region-id", conf.REGION],
        environment={"OS_BOOTSTRAP_PASSWORD": site.passwords["admin"]},
    )  # fmt: skip


def populate(identity: Any, site: Site) -> None:
    """Service users and endpoints, and the project and user of the health checks.

    Args:
        identity: openstacksdk's identity proxy of the admin.
        site: The lab.
    """
    services = identity.create_project(name="service", domain_id="default")
    checks = identity.create_project(name="ostf", domain_id="default")
    roles = {each.name: each for each in identity.roles()}
    roles["service"] = roles.get("service") or identity.create_role(name="service")

    def user(name: str) -> None:
        made = identity.create_user(name=name, password=site.passwords[name], domain_id="default",
                                    default_project_id=services.id)  # fmt: skip
        for role in ("admin", "service"):
            identity.assign_project_role_to_user(services, made, roles[role])

    def checker() -> None:
        made = identity.create_user(name="ostf", password=site.passwords["checks"], domain_id="default",
                                    default_project_id=checks.id)  # fmt: skip
        identity.assign_project_role_to_user(checks, made, roles["member"])

    def endpoints(name: str, kind: str, path: str) -> None:
        service = identity.create_service(name=name, type=kind)
        for interface, url in (("public", site.public[name]), ("internal", conf.internal(name))):
            identity.create_endpoint(
                service_id=service.id, interface=interface, region_id=conf.REGION, url=url + path
            )

    with ThreadPoolExecutor(4) as pool:
        work = [
            pool.submit(user, name)
            for name in ("glance", "placement", "nova", "neutron", "cinder", "gnocchi", "ceilometer")
        ]
        work += [pool.submit(endpoints, name, *what) for name, what in _ENDPOINTS.items()]
        work.append(pool.submit(checker))
        for each in work:
            each.result()
