"""The environment is read once, and what is wrong with it is said in sentences, all at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from baton.settings import Settings, SettingsError, load_settings, variables


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("BATON_", "OPENAI_"))]:
        monkeypatch.delenv(name)


def complaints() -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return caught.value.sentences


def test_an_empty_environment_is_a_complete_installation_without_a_key() -> None:
    settings = load_settings()
    assert not settings.has_endpoint
    assert settings.address == "http://localhost:8000"
    assert settings.shop_url.endswith("/.baton/shop.sqlite")


def test_a_misspelt_variable_is_refused_with_what_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATON_REDIS_ULR", "redis://localhost")
    assert complaints() == ("BATON_REDIS_ULR is no setting of Baton: did you mean BATON_REDIS_URL?",)


def test_all_complaints_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "BATON_COLOUR": "red",
        "BATON_PORT": "eighty",
        "BATON_RETENTION_DAYS": "0",
        "BATON_DEMO": "perhaps",
        "BATON_LOG_LEVEL": "loud",
        "BATON_TENANT_LIMITS": '{"volta": {"tool_calls": "few", "coffee": 1}}',
        "OPENAI_BASE_URL": "localhost:8080",
    }.items():
        monkeypatch.setenv(name, value)
    assert set(complaints()) == {
        "BATON_COLOUR is no setting of Baton: remove it; `baton doctor --variables` lists all there are.",
        "BATON_PORT='eighty': it must be a whole number.",
        "BATON_RETENTION_DAYS='0': it must be at least 1.",
        "BATON_DEMO='perhaps': it must be true or false.",
        "BATON_LOG_LEVEL='loud': it must be 'debug', 'info', 'warning' or 'error'.",
        "BATON_TENANT_LIMITS in volta.tool_calls: it must be a whole number.",
        "BATON_TENANT_LIMITS in volta.coffee: there is no such limit.",
        "OPENAI_BASE_URL: it must begin with http:// or https://.",
    }


def test_a_bad_address_is_never_repeated_since_it_may_hold_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATON_DATABASE_URL", "mysql://me:geheim@db/shop")
    (sentence,) = complaints()
    assert sentence.startswith("BATON_DATABASE_URL: it must begin with")
    assert "geheim" not in sentence


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("postgres://u@db/shop", "postgresql+asyncpg://u@db/shop"),
        ("postgresql://u@db/shop", "postgresql+asyncpg://u@db/shop"),
        ("sqlite:///shop.db", "sqlite+aiosqlite:///shop.db"),
    ],
)
def test_everyday_spellings_of_a_database_are_understood(
    written: str, used: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATON_DATABASE_URL", written)
    assert load_settings().shop_url == used


def test_settings_that_belong_together_are_asked_for_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATON_HEADER_AUTH", "on")
    assert complaints() == ("BATON_HEADER_AUTH is on: set BATON_PROXY_KEY too, the secret that your proxy sends.",)


def test_a_base_url_alone_switches_the_language_model_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "")
    settings = load_settings()
    assert settings.has_endpoint
    assert settings.openai_api_key is None


def test_a_tenant_may_have_budgets_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATON_TENANT_LIMITS", '{"volta": {"handoffs": 2}}')
    settings = load_settings()
    assert (settings.limits("volta").handoffs, settings.limits("lumen").handoffs) == (2, 5)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-geheim")
    monkeypatch.setenv("BATON_REDIS_URL", "redis://:geheim@cache")
    assert "geheim" not in repr(load_settings())


def test_settings_are_built_by_hand_in_tests_and_wiring(tmp_path: Path) -> None:
    assert Settings(data_folder=tmp_path).shop_url == f"sqlite+aiosqlite:///{tmp_path}/shop.sqlite"


def test_every_field_has_one_variable() -> None:
    assert variables()["BATON_DATA_FOLDER"] == "data_folder"
    assert len(variables()) == len(Settings.model_fields)
