"""The words that the patterns look for, read from the data file beside this one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

Table = Mapping[str, object]
_TABLES: Final[Table] = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
_NAMED: Final = cast("Mapping[str, str]", _TABLES["words"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """Something that customers have preferences about; the data file says what the fields mean."""

    key: str
    title: str
    values: Mapping[str, re.Pattern[str]]
    told: Mapping[str, re.Pattern[str]]
    needs: re.Pattern[str] | None
    not_with: re.Pattern[str] | None
    opposite: Mapping[str, str] = field(default_factory=dict[str, str])
    at_once: bool = False


def one_of(section: str, name: str) -> str:
    """The alternatives of a list as one group of whole words, to build larger patterns from."""
    return _group(cast("Sequence[str]", cast(Table, _TABLES[section])[name]))


def start_of(section: str, name: str) -> str:
    """The same, but what follows may belong to the last word or be no word at all ("max €80")."""
    return one_of(section, name).removesuffix(r"\b")


def words(section: str, name: str) -> re.Pattern[str]:
    """Any word or phrase of a list, whatever the case."""
    return re.compile(one_of(section, name), re.IGNORECASE)


def _group(alternatives: Sequence[str]) -> str:
    joined = rf"\b(?:{'|'.join(alternatives)})\b"
    for name, meant in _NAMED.items():
        joined = joined.replace(f"{{{name}}}", meant)
    return joined


def _topic(table: Table) -> Topic:
    def compiled(name: str) -> re.Pattern[str] | None:
        return re.compile(_group(cast("Sequence[str]", table[name])), re.IGNORECASE) if name in table else None

    def by_value(name: str) -> dict[str, re.Pattern[str]]:
        listed = cast("Mapping[str, Sequence[str]]", table.get(name, {}))
        return {value: re.compile(_group(lines), re.IGNORECASE) for value, lines in listed.items()}

    each = cast("Sequence[str]", table.get("each", ()))
    says = cast("Sequence[str]", table.get("says", ["{each}"]))
    named = {value: re.compile(_group([line.replace("{each}", value) for line in says]), re.I) for value in each}
    return Topic(
        key=str(table["key"]),
        title=str(table["title"]),
        values=by_value("values") | named,
        told=by_value("told"),
        needs=compiled("needs"),
        not_with=compiled("not_with"),
        opposite=cast("Mapping[str, str]", table.get("opposite", {})),
        at_once=bool(table.get("at_once")),
    )


TOPICS: Final = tuple(_topic(table) for table in cast("Sequence[Table]", _TABLES["topic"]))
BUDGET: Final = "budget_max_cents"
TITLES: Final = {topic.key: topic.title for topic in TOPICS} | {
    BUDGET: "Budget",
    "name": "Wants to be called",
    "brand": "Preferred brand",
    "avoid_brand": "Avoids the brand",
    "contact_time": "When to contact the customer",
    "delivery_note": "Leave parcels",
}
