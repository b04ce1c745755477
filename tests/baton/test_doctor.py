"""The doctor looks at everything, says it in sentences, and knows what is broken from what is merely so."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from agents.models.openai_probe import Probe
from agents.shop.store import Shop
from baton.data_folder import DataFolderLock
from baton.doctor import Finding, examine
from baton.embedded_redis import EmbeddedRedis
from baton.settings import Settings

ABLE = Probe(
    reachable=True, knows_model=True, streams=True, reports_usage=True, calls_tools=True, sentences=("It answers.",)
)
SILENT = Probe(
    reachable=False, knows_model=False, streams=False, reports_usage=False, calls_tools=False,
    sentences=("'llama' does not answer: no connection.",),
)  # fmt: skip


class Endpoint:
    """An endpoint that found out about itself beforehand."""

    name = "llama"

    def __init__(self, probe: Probe) -> None:
        self._probe = probe

    async def probe(self) -> Probe:
        return self._probe


async def findings(settings: Settings, endpoint: Endpoint | None = None) -> dict[str, Finding]:
    return {finding.what: finding async for finding in examine(settings, endpoint)}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_folder=tmp_path / "data")


async def test_a_fresh_machine_without_a_key_can_run(settings: Settings) -> None:
    found = await findings(settings)
    assert not [finding for finding in found.values() if finding.state == "broken"]
    assert found["Redis"].says.startswith("embedded, version ")
    assert "filled with the demo data at the first start" in found["shop"].says
    assert "not a language model" in found["model"].says
    assert "OPENAI_BASE_URL" in found["model"].mend


async def test_a_running_application_is_noticed(settings: Settings) -> None:
    server = EmbeddedRedis(settings.data_folder)
    with DataFolderLock(settings.data_folder):
        await server.start()
        found = await findings(settings)
        assert "Baton runs on it now" in found["data folder"].says
        assert found["Redis"].state == "ok"
        await server.stop()


async def test_what_the_endpoint_can_do_is_told(settings: Settings) -> None:
    assert (await findings(settings, Endpoint(ABLE)))["model"].says == "llama at OpenAI is asked first. It answers."
    broken = (await findings(settings, Endpoint(SILENT)))["model"]
    assert broken.state == "broken"
    assert "the offline model answers, which is not a language model" in broken.mend


async def test_stores_that_do_not_answer_are_broken(settings: Settings, tmp_path: Path) -> None:
    away = settings.model_copy(
        update={
            "redis_url": f"unix://{tmp_path}/none.sock",
            "database_url": "postgresql+asyncpg://baton@127.0.0.1:9/shop",
        }
    )
    found = await findings(away)
    assert found["Redis"].state == found["shop"].state == "broken"
    assert "unset the variable to use the embedded one" in found["Redis"].says


async def test_an_external_redis_and_a_filled_shop_are_told(settings: Settings, redis_url: str, tmp_path: Path) -> None:
    own = settings.model_copy(
        update={"redis_url": redis_url, "database_url": f"sqlite+aiosqlite:///{tmp_path}/shop.db"}
    )
    assert (await findings(own))["shop"].mend == "`baton shop reset` fills it."
    shop = await Shop.open(own.shop_url)
    await shop.reset(date(2026, 11, 22))
    await shop.close()
    found = await findings(own)
    assert found["Redis"].says.startswith("external, version ")
    assert found["shop"].says == "external database, answers; demo data of 2026-11-22."


async def test_a_folder_that_cannot_be_made_is_broken_and_nothing_is_tried_in_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = await findings(Settings(data_folder=tmp_path / "file" / "data"))
    assert found["data folder"].state == "broken"
    assert "choose another one with BATON_DATA_FOLDER" in found["data folder"].says
    assert "Redis" not in found


async def test_without_any_way_to_log_in_nobody_can(settings: Settings) -> None:
    closed = settings.model_copy(update={"demo": False})
    assert (await findings(closed))["logins"].state == "broken"


def doctor(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BATON_", "OPENAI_"))}
    command = [sys.executable, "-m", "baton", "doctor", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=clean | variables)


def test_the_command_prints_it_all_and_its_exit_code_tells(tmp_path: Path) -> None:
    seen = doctor(BATON_DATA_FOLDER=str(tmp_path))
    assert seen.returncode == 0, seen.stderr
    assert seen.stdout.rstrip().endswith("Baton can run.")
    assert "not a language model" in seen.stdout


def test_the_command_lists_every_wrong_setting(tmp_path: Path) -> None:
    seen = doctor(BATON_PORT="x", BATON_HOTS="y")
    assert seen.returncode == 1
    assert "BATON_PORT='x': it must be a whole number." in seen.stdout
    assert "did you mean BATON_HOST?" in seen.stdout
    assert seen.stdout.rstrip().endswith("2 of these must be mended.")


def test_variables_are_listed_without_their_secrets(tmp_path: Path) -> None:
    seen = doctor("--variables", OPENAI_API_KEY="sk-geheim", BATON_REDIS_URL="redis://:geheim@cache")
    assert "BATON_PORT=8000\n" in seen.stdout
    assert "geheim" not in seen.stdout
