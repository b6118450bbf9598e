from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from openstack.exceptions import ForbiddenException, HttpException
from pyVmomi import vim

from ostf_dual.cloud import cleanup
from ostf_dual.cloud.cleanup import clean, find
from ostf_dual.cloud.isolation import isolate
from ostf_dual.cloud.workbench import Workbench
from ostf_dual.environment.model import Access, Budgets, Hypervisor
from ostf_dual.errors import OstfError
from tests.unit.cloud_acting.conftest import PROJECT, Connection, Shelf

ROLES = ("admin", "member", "reader")


class Admin(Connection):
    """An admin's view: the same shelves, and Keystone's."""

    def __init__(self, project: Connection) -> None:
        super().__init__()
        shelves = {name: shelf for name, shelf in vars(project).items() if isinstance(shelf, Shelf)}
        vars(self).update(shelves, compute=project.compute, network=project.network, image=project.image)
        self.block_storage = project.block_storage
        self.projects, self.users, self.flavors = Shelf(), Shelf(), Shelf()
        self.compute.flavors = self.flavors.list
        self.assigned: list[str] = []
        self.roles: tuple[str, ...] = ROLES
        self.identity = SimpleNamespace(
            create_project=self.projects.create,
            projects=self.projects.list,
            delete_project=self.projects.delete,
            create_user=self.users.create,
            users=self.users_of,
            domains=lambda: [SimpleNamespace(id=name) for name in ("default", "staff")],
            delete_user=self.users.delete,
            roles=lambda: [SimpleNamespace(name=name) for name in self.roles],
            assign_project_role_to_user=lambda _project, _user, role: self.assigned.append(role.name),
        )
        self.config = SimpleNamespace(config={"auth_type": "password"})
        self.silent: set[str] = set()

    def users_of(self, *, domain_id: str = "default", **query: Any) -> Any:
        """As Keystone with a directory for each domain: without one, those of the admin's."""
        if domain_id in self.silent:
            raise HttpException("the directory does not answer", http_status=500)
        return [user for user in self.users.list(**query) if user.domain_id == domain_id]


class Own(Connection):
    """The run's own user, who sees what is public."""

    def __init__(self, private: str) -> None:
        super().__init__()
        hidden = {"image-kvm": "image", "flavor-kvm": "flavor", "type-kvm": "volume type"}

        def look(name: str) -> Any:
            return None if hidden.get(name) == private else name

        self.image = SimpleNamespace(find_image=look)
        self.compute.find_flavor = look
        self.block_storage.find_type = look

    def authorize(self) -> str:
        return "a token of the run"


class Cloud:
    def __init__(self, private: str = "") -> None:
        given = Connection()
        roles = {"role_names": ROLES, "user_domain_id": "default", "project_domain_id": "default"}
        given_as: Any = given
        given_as.config = SimpleNamespace(config={"auth_type": "password"})
        given_as.session = SimpleNamespace(
            auth=SimpleNamespace(get_access=lambda _: SimpleNamespace(**roles))
        )
        given_as.connect_as = lambda **_: Own(private)
        self.project: Any = given
        self.admin: Any = Admin(given)
        self.access = Access(cloud="fake", budgets=Budgets(delete_s=1.0))
        self.entered: Any = None

    def required_admin(self) -> Any:
        return self.admin

    @property
    def was_isolated(self) -> bool:
        return self.entered is not None

    def enter(self, connection: Any) -> None:
        self.entered = connection

    def leave(self) -> None:
        self.entered = None


def refuse(**_: Any) -> Any:
    raise ForbiddenException("policy", http_status=403)


@pytest.fixture
def isolated() -> Any:
    return Cloud()


@pytest.mark.parametrize(
    ("had", "known", "assigned", "told"),
    [
        (("admin", "cloud_admin", "manager", "member", "reader-of-all"), (), ["member"], ""),
        (("_member_", "heat_stack_owner"), (), ["_member_"], ""),
        (("Member", "swiftoperator"), (), ["Member"], ""),
        (("admin",), ("member", "reader"), ["member"], ""),
        (("admin",), ("_member_",), ["_member_"], ""),
        (("admin", "tenant", "auditor"), ("member",), ["auditor", "tenant"],
         ", with the given user's roles (auditor, tenant): none is member"),
    ],
)  # fmt: skip
def test_the_runs_user_may_what_a_member_may_and_what_the_given_user_may_only_where_that_has_another_name(
    isolated: Any, journal: Any, kvm: Any, *, had: Any, known: Any, assigned: Any, told: str
) -> None:
    isolated.admin.roles = (*had, *known)
    access = isolated.project.session.auth.get_access(None)
    access.role_names = had
    isolated.project.session.auth.get_access = lambda _: access

    assert isolate(isolated, (kvm,), journal) == f"in a project and as a user of its own{told}"
    assert isolated.admin.assigned == assigned


def test_a_run_gets_a_project_and_a_user_with_a_members_role_and_no_more(
    isolated: Any, journal: Any, kvm: Any
) -> None:
    told = isolate(isolated, (kvm,), journal)

    assert told == "in a project and as a user of its own"
    assert isolated.entered is not None
    assert isolated.admin.assigned == ["member"]
    (user,), (project,) = isolated.admin.users.things.values(), isolated.admin.projects.things.values()
    assert (project.name, project.tags) == ("ostf-run-1-checks", ["ostf-run=run-1"])
    assert user.password not in str(journal.lines)
    assert [line[:2] for line in journal.lines if line[0] == "intend"] == [
        ("intend", "user"),
        ("intend", "project"),
    ]


def test_clean_up_takes_the_default_group_the_user_and_the_project(
    isolated: Any, journal: Any, kvm: Any
) -> None:
    isolate(isolated, (kvm,), journal)
    (project,) = isolated.admin.projects.things.values()
    isolated.project.groups.create(name="default", project_id=project.id)
    mine = isolated.project.groups.create(name="default", project_id=PROJECT)
    isolated.project.servers.create(
        name="ostf-run-1-vm", metadata={"ostf-run": "run-1"}, project_id=project.id
    )

    assert clean(isolated, "run-1") == ()

    assert find(isolated, "run-1") == ()
    assert isolated.project.everything == [mine]
    assert not isolated.admin.projects.things
    assert not isolated.admin.users.things


@pytest.mark.parametrize("silent", [set(), {"default"}])
def test_the_user_goes_from_whichever_domain_it_was_made_in(
    isolated: Any, journal: Any, kvm: Any, silent: set[str]
) -> None:
    given = isolated.project.session.auth.get_access(None)
    given.user_domain_id = "staff"
    isolated.project.session.auth.get_access = lambda _: given
    isolate(isolated, (kvm,), journal)
    isolated.admin.silent = silent

    assert {each.kind for each in find(isolated, "run-1")} == {"project", "user"}
    left = clean(isolated, "run-1")

    assert bool(left) == bool(silent), "what a directory has cannot be told while it does not answer"
    assert not isolated.admin.users.things


def test_without_a_look_at_the_domains_users_are_looked_for_in_the_admins(
    isolated: Any, journal: Any, kvm: Any
) -> None:
    isolated.admin.identity.domains = refuse
    isolate(isolated, (kvm,), journal)

    assert clean(isolated, "run-1") == ()

    assert not isolated.admin.users.things


def test_a_keystone_that_shows_no_projects_and_users_does_not_keep_the_run_from_its_things(
    isolated: Any,
) -> None:
    isolated.admin.identity.projects = isolated.admin.identity.users = refuse
    isolated.project.servers.create(name="ostf-run-1-vm", metadata={"ostf-run": "run-1"})

    assert [str(each) for each in find(isolated, "run-1")] == ["server ostf-run-1-vm (ACTIVE)"]
    assert clean(isolated, "run-1") == ()

    assert isolated.project.everything == []


def test_what_a_run_made_and_keystone_hides_is_told(isolated: Any, journal: Any, kvm: Any) -> None:
    isolate(isolated, (kvm,), journal)
    isolated.admin.identity.projects = isolated.admin.identity.users = refuse

    (left,) = clean(isolated, "run-1")

    assert left.startswith("whether the project and the user of the run are left cannot be told")


def test_a_keystone_that_does_not_answer_does_not_keep_the_run_from_its_things(isolated: Any) -> None:
    isolated.admin.silent = {"default", "staff"}
    isolated.project.servers.create(name="ostf-run-1-vm", metadata={"ostf-run": "run-1"})

    (left,) = clean(isolated, "run-1")

    assert left.startswith("what run run-1 left outside the given project cannot be told: the users of run")
    assert isolated.project.everything == []


def test_the_project_of_a_run_that_prepared_nothing_goes_with_its_workbench(journal: Any, kvm: Any) -> None:
    cloud: Any = Cloud("image")
    assert "another project does not see" in isolate(cloud, (kvm,), journal)

    assert Workbench(cloud, (kvm,), journal).close() == ()

    assert not cloud.admin.projects.things
    assert not cloud.admin.users.things
    assert {line[1] for line in journal.lines if line[0] == "gone"} == {"project", "user"}


def test_a_project_with_things_in_it_stays(isolated: Any, journal: Any, kvm: Any) -> None:
    isolate(isolated, (kvm,), journal)
    (project,) = isolated.admin.projects.things.values()
    isolated.project.servers.create(name="unmarked", project_id=project.id)

    (left,) = clean(isolated, "run-1")

    assert "it is not empty: server unmarked" in left
    assert list(isolated.admin.projects.things) == [project.id]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda cloud: setattr(cloud, "admin", None), "no admin rights"),
        (lambda cloud: setattr(cloud, "access", Access(cloud="fake", isolation=False)), "isolation is off"),
        (
            lambda cloud: cloud.project.config.config.update(auth_type="v3applicationcredential"),
            "logs in by v3applicationcredential",
        ),
        (
            lambda cloud: cloud.admin.config.config.update(auth_type="v3applicationcredential"),
            "the admin logs in by v3applicationcredential",
        ),
    ],
)
def test_what_the_credentials_do_not_allow_is_not_tried(
    isolated: Any, journal: Any, kvm: Any, change: Any, why: str
) -> None:
    change(isolated)

    told = isolate(isolated, (kvm,), journal)

    assert told.startswith("in the given project: ")
    assert why in told
    assert journal.lines == []
    assert isolated.entered is None


def test_a_directory_that_is_only_read_is_told(isolated: Any, journal: Any, kvm: Any) -> None:
    isolated.admin.identity.create_user = refuse

    told = isolate(isolated, (kvm,), journal)

    assert "in the given project: making user" in told
    assert "403" in told
    assert not isolated.admin.projects.things


@pytest.mark.parametrize("private", ["image", "flavor", "volume type"])
def test_what_only_the_given_project_sees_keeps_the_run_there(journal: Any, kvm: Any, private: str) -> None:
    cloud: Any = Cloud(private)

    told = isolate(cloud, (kvm,), journal)

    assert "another project does not see" in told
    assert cloud.entered is None
    assert clean(cloud, "run-1") == ()
    assert not cloud.admin.projects.things


def test_a_vcenter_that_would_keep_the_projects_folder_keeps_the_run_in_the_given_project(
    isolated: Any, journal: Any, vcenter: Any
) -> None:
    vcenter.hypervisor = Hypervisor.VCENTER
    vcenter.vcenter = SimpleNamespace(lacking=lambda *names: names, access=SimpleNamespace(user="reader"))

    told = isolate(isolated, (vcenter,), journal)

    assert "reader lacks Folder.Delete" in told
    assert journal.lines == []


class Faltering:
    """A vCenter that keeps a project's folder, and does not answer when it is asked again."""

    def __init__(self, project_id: str) -> None:
        self.shown = [vim.Folder("group-v1")]
        self.name = f"Project ({project_id})"

    def in_view(self, *_: Any) -> Any:
        if not self.shown:
            raise OstfError("vCenter vc1 does not answer")
        return {self.shown.pop(): {"name": self.name}}

    def read(self, *_: Any) -> Any:
        return {}

    def run(self, *_: Any) -> None:
        raise OstfError("in use")


def test_a_vcenter_that_stops_to_answer_is_told_and_does_not_end_the_clean_up(
    isolated: Any, journal: Any, kvm: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleanup, "SETTLING_S", 0.0)
    isolate(isolated, (kvm,), journal)
    vcenter = Faltering(*isolated.admin.projects.things)
    isolated.access = replace(isolated.access, vcenters=(SimpleNamespace(name="vc1"),))
    isolated.vcenter = lambda _: vcenter

    (left,) = clean(isolated, "run-1")

    assert left.startswith("whether vCenter keeps folders of projects")
    assert left.endswith("cannot be told: vCenter vc1 does not answer")
