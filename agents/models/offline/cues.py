"""Words that tell a matter by themselves, read from the data file beside this one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

from agents.models.offline.patterns import any_of


class Cue(NamedTuple):
    """The words that tell a matter; ``unless`` takes it back."""

    matter: str
    says: re.Pattern[str]
    unless: re.Pattern[str] | None

    def fits(self, text: str) -> bool:
        return bool(self.says.search(text)) and not (self.unless and self.unless.search(text))


def _read() -> tuple[Cue, ...]:
    table = tomllib.loads((Path(__file__).parent / "cues.toml").read_text(encoding="utf-8"))
    words = cast(Mapping[str, str], table["words"])
    cues = cast(Sequence[Mapping[str, object]], table["cue"])
    return tuple(
        Cue(
            matter=str(cue["matter"]),
            says=_compiled(cast(Sequence[str], cue["says"]), words),
            unless=_compiled(cast(Sequence[str], cue["unless"]), words) if "unless" in cue else None,
        )
        for cue in cues
    )


def _compiled(alternatives: Sequence[str], words: Mapping[str, str]) -> re.Pattern[str]:
    filled = list(alternatives)
    for name, meant in words.items():
        filled = [line.replace(f"{{{name}}}", meant) for line in filled]
    return any_of(*filled)


CUES = _read()
