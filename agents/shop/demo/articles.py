"""The help centre of both shops, read from its Markdown: front matter with title, slug and tags, then the text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

HELP_CENTRE: Final = Path(__file__).parents[2] / "help_centre"


class Article(NamedTuple):
    """One article; ``body`` is Markdown: an opening, then passages under ``##`` headings."""

    slug: str
    title: str
    tags: tuple[str, ...]
    body: str


@cache
def articles() -> tuple[Article, ...]:
    """All articles, by slug. *Raises*: ValueError naming the file whose front matter is not as it should be."""
    return tuple(_read(path) for path in sorted(HELP_CENTRE.glob("*.md")))


def _read(path: Path) -> Article:
    head, closed, body = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    if not closed or not {"title", "slug", "tags"} <= fields.keys() or fields["slug"] != path.stem:
        raise ValueError(
            f"{path.name!r} needs front matter between two lines of ---: title, slug (the file's name), tags"
        )
    tags = tuple(tag.strip() for tag in fields["tags"].split(","))
    return Article(slug=fields["slug"], title=fields["title"], tags=tags, body=body.strip())
