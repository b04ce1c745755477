"""Articles in Markdown: what stands above them (front matter) and their sections: one for each heading, several for a
long text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from memory.seed.line import unknown_field
from memory.seed.pieces import pieces

ABOVE: Final = ("title", "slug", "kind", "tenant", "customer", "key", "value", "tags", "said_at")
BEGINNING: Final = "beginning"  # the place of what stands before the first heading
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A section as the fields of a seed line. *Units*: ``number`` is the line of its heading."""

    number: int
    fields: dict[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """What cannot be read, and what to do."""

    number: int
    reason: str
    advice: str


class _Part(NamedTuple):
    number: int
    path: tuple[str, ...]
    text: str


def sections(text: str, called: str) -> Iterator[Section | Broken]:
    """Every section that has words of its own, in order, in pieces where it is long; its title is the path of headings
    that leads to it.

    An article without a title of its own is ``called`` so.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    above, begins = _front_matter(lines)
    if isinstance(above, Broken):
        yield above
        return
    parts = [part._replace(text=piece) for part in _parts(lines, begins) for piece in pieces(part.text)]
    if not parts:
        yield Broken(number=0, reason="it has no text below its headings", advice="write some, or remove it")
        return
    if above.get("key") and len(parts) > 1:
        yield Broken(
            number=1, reason="its key would name several sections", advice="leave one short section, or no key"
        )
        return
    article = above.pop("title", "") or (parts[0].path[0] if parts[0].path else called)
    seen: dict[str, int] = {}
    for position, part in enumerate(parts):
        path = part.path[1:] if part.path[:1] == (article,) else part.path
        place = " > ".join(path) or BEGINNING
        seen[place] = seen.get(place, 0) + 1
        place = f"{place} ({seen[place]})" if seen[place] > 1 else place
        title = " > ".join((article, *path))
        yield Section(
            number=part.number,
            fields={**above, "title": title, "text": part.text, "place": place, "position": position},
        )


def _front_matter(lines: list[str]) -> tuple[dict[str, str] | Broken, int]:
    """The ``name: value`` lines between the two ``---`` at the top, and where the article begins."""
    above: dict[str, str] = {}
    if not lines or lines[0].rstrip() != "---":
        return above, 0
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() == "---":
            above.pop("slug", None)  # an article's short name, for links
            return above, number
        name, colon, value = line.partition(":")
        name = name.strip()
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not colon:
            return Broken(number=number, reason="it is no 'name: value'", advice="write it like 'title: Refunds'"), 0
        if name not in ABOVE:
            return Broken(number=number, reason=unknown_field(name)[0], advice=f"there are {', '.join(ABOVE)}"), 0
        above[name] = _plain(value)
    return Broken(number=1, reason="its front matter does not end", advice="put a line '---' below it"), 0


def _plain(value: str) -> str:
    """Without the quotes or brackets that YAML allows."""
    value = value.strip()
    if len(value) > 1 and value[0] + value[-1] in ('""', "''", "[]"):
        value = value[1:-1].strip()
    return value


def _parts(lines: list[str], begins: int) -> Iterator[_Part]:
    path: dict[int, str] = {}
    number, words, fence = begins + 1, list[str](), ""
    for at, line in enumerate(lines[begins:], begins + 1):
        if marks := _FENCE.match(line):
            fence = "" if fence and marks[1].startswith(fence) else fence or marks[1]
        heading = None if fence else _HEADING.fullmatch(line)
        if heading is None:
            words.append(line)
            continue
        yield _Part(number, tuple(path[level] for level in sorted(path)), "\n".join(words).strip())
        deep = len(heading[1])
        path = {level: name for level, name in path.items() if level < deep} | {deep: heading[2]}
        number, words = at, []
    yield _Part(number, tuple(path[level] for level in sorted(path)), "\n".join(words).strip())
