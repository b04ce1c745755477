"""The price table: data with days, ours or a file of the user's in its place. What it does not name has no price."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handoffs.errors import UsageError

OURS: Final = Path(__file__).with_name("prices.toml")
MILLION: Final = 1_000_000
Amount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
_SNAPSHOT: Final = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8})$")


class Tokens(Protocol):
    """What a model read and wrote, as its provider reports it: cached is a part of input, never added to it."""

    @property
    def model(self) -> str: ...
    @property
    def input_tokens(self) -> int: ...
    @property
    def output_tokens(self) -> int: ...
    @property
    def cached_tokens(self) -> int: ...


class _Dated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    since: date


class ModelPrice(_Dated):
    """A model's price from a day on. *Units*: currency per million tokens; ``cached`` None: as ``input``."""

    input: Amount
    output: Amount
    cached: Amount | None = None


class ToolPrice(_Dated):
    """A tool's price from a day on. *Units*: currency per performed call."""

    call: Amount


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: str = Field(min_length=1)
    model: tuple[ModelPrice, ...] = ()
    tool: tuple[ToolPrice, ...] = ()


class Prices:
    """What models and tools cost on a day; None: nobody knows. *Units*: ``at_ms`` ms since 1970."""

    def __init__(self, currency: str, models: Iterable[ModelPrice] = (), tools: Iterable[ToolPrice] = ()) -> None:
        self.currency = currency
        self._models = _by_name(models)
        self._tools = _by_name(tools)

    @classmethod
    def read(cls, path: Path = OURS) -> Prices:
        """The table in a file. *Raises*: UsageError that names the file and what is wrong in it."""
        try:
            found = _File.model_validate(tomllib.loads(path.read_text("utf-8"), parse_float=Decimal))
        except OSError as error:
            raise UsageError(f"the prices {str(path)!r} cannot be read: {error.strerror}") from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise UsageError(f"the prices {str(path)!r} are wrong at {place}: {first['msg']}; mend it there") from None
        except ValueError as error:  # no TOML, no UTF-8
            raise UsageError(f"the prices {str(path)!r} are no TOML file: {error}") from None
        return cls(found.currency, found.model, found.tool)

    def of_tokens(self, tokens: Tokens, at_ms: int) -> Decimal | None:
        """What a decision cost that was made then."""
        price = _on(self._models, tokens.model, at_ms) or _on(self._models, _SNAPSHOT.sub("", tokens.model), at_ms)
        if price is None:
            return None
        cached_price = price.input if price.cached is None else price.cached
        cached = min(tokens.cached_tokens, tokens.input_tokens)
        fresh = tokens.input_tokens - cached
        return (fresh * price.input + cached * cached_price + tokens.output_tokens * price.output) / MILLION

    def amount(self, tokens: Tokens, at_ms: int) -> float | None:
        """The same as a float, as the archive keeps it."""
        exact = self.of_tokens(tokens, at_ms)
        return None if exact is None else float(exact)

    def of_call(self, tool: str, at_ms: int) -> Decimal | None:
        """What one performed call of a tool cost then, where the table names it."""
        price = _on(self._tools, tool, at_ms)
        return None if price is None else price.call


_P = TypeVar("_P", ModelPrice, ToolPrice)


def _by_name(prices: Iterable[_P]) -> Mapping[str, Sequence[_P]]:
    named: defaultdict[str, list[_P]] = defaultdict(list)
    for price in sorted(prices, key=lambda price: price.since):
        named[price.name].append(price)
    return named


def _on(table: Mapping[str, Sequence[_P]], name: str, at_ms: int) -> _P | None:
    """The newest price that had begun by then."""
    prices = table.get(name, ())
    begun = bisect_right(prices, datetime.fromtimestamp(at_ms / 1000, UTC).date(), key=lambda price: price.since)
    return prices[begun - 1] if begun else None
