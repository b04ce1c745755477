"""Brands that a customer swears by, or will not have again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agents.learning.stance import Stance
from agents.learning.words import one_of

_BRAND: Final = rf"(?P<name>[A-Z][\w-]+(?: [A-Z0-9][\w-]*)*|(?i:{one_of('brands', 'known')}))"
_NO_BRAND: Final = re.compile(f"(?:{one_of('brands', 'no_brand')})(?:$| )", re.IGNORECASE)
_FOR: Final = re.compile(
    rf"(?i:{one_of('brands', 'for')}(?: (?:only|things|products?|stuff|anything))?(?: (?:from|by))?) {_BRAND}"
)
_ONLY_ONE: Final = re.compile(
    rf"{_BRAND} (?i:is|are) (?i:the only (?:brand|make|one)|my favou?rite|the (?:brand|make) )"
)
_AGAINST: Final = re.compile(rf"(?i:{one_of('brands', 'against')}) {_BRAND}")


def brands_in(stance: Stance) -> Iterator[tuple[str, str]]:
    """(key, brand): ``brand`` for the one they want, ``avoid_brand`` for one they turn down."""
    for pattern in (_FOR, _ONLY_ONE):
        if (match := pattern.search(stance.wanted)) and not _NO_BRAND.match(match["name"]):
            yield "brand", match["name"]
            break
    match = _AGAINST.search(stance.turned_down)
    if match and not _NO_BRAND.match(match["name"]):
        yield "avoid_brand", match["name"]
