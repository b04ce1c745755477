"""Who may come in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from baton.auth import Directory, Person, auth_secret, demo_directory, person_behind_proxy

PROXY = {"x-baton-proxy-key": "shared", "x-baton-tenant": "volta", "x-baton-customer": "anna", "x-baton-name": "Anna"}


def test_a_login_is_a_name_and_the_password():
    people = demo_directory("swarm")
    anna = people.check(" Anna@volta.example", "swarm")
    assert anna is not None
    assert (anna.identifier, anna.role, anna.customer) == ("volta:anna@volta.example", "customer", "anna")
    assert people.check("anna@volta.example", "Swarm") is None
    assert people.check("nobody@volta.example", "swarm") is None


def test_staff_are_no_customers():
    olga = demo_directory("swarm").check("olga@volta.example", "swarm")
    assert olga is not None
    assert (olga.role, olga.customer) == ("operator", "")


def test_without_demo_mode_nobody_has_a_login():
    assert Directory((), "").check("anna@volta.example", "") is None


def test_a_proxy_vouches_only_with_the_shared_key():
    assert person_behind_proxy(PROXY, "shared") == Person(
        login="anna", name="Anna", role="customer", tenants=("volta",), customer="anna"
    )
    assert person_behind_proxy(PROXY, "other") is None
    assert person_behind_proxy({**PROXY, "x-baton-proxy-key": ""}, "shared") is None
    assert person_behind_proxy({**PROXY, "x-baton-customer": "a/b{c}"}, "shared") is None


def test_the_secret_is_made_once_however_many_ask_at_once(tmp_path):
    folder = tmp_path / "data"
    with ThreadPoolExecutor(8) as asking:
        secrets = set(asking.map(lambda _: auth_secret(folder), range(32)))
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 48
    assert [path.name for path in folder.iterdir()] == ["auth-secret"]
    assert (folder / "auth-secret").stat().st_mode & 0o777 == 0o600
