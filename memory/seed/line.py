"""One line of a seed file: its fields, its rules, and what to say to whoever wrote it otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Annotated, Final, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from memory.longterm.kinds import KINDS, LIFETIMES, Kind, Status

MAX_TEXT_CHARS: Final = 3_000  # more than recall gives of one memory (800 tokens) would be stored and never be found
MAX_VALUE_CHARS: Final = 500
MAX_POSITION: Final = 1_000_000_000
YEARS: Final = range(1970, 2200)  # a day more or a kind's lifetime still makes a moment that everything can hold
MAX_LINE_BYTES: Final = 64_000
PERSONAL: Final = tuple(kind for kind in KINDS if not LIFETIMES[kind].shared)
ONE_OBJECT: Final = 'write one JSON object per line, like {{"text": "Returns are free."}}'

# What pydantic calls it -> reason, advice.
PLAIN: Final[dict[str, tuple[str, str]]] = {
    "json_invalid": ("it is no JSON ({error})", ONE_OBJECT),
    "model_type": ("it is JSON, but no object", ONE_OBJECT),
    "missing": ("{field} is absent", "every line needs one"),
    "string_too_short": ("{field} is empty", "every line needs one"),
    "string_too_long": ("{field} has more than {max_length} characters", "split it or shorten it"),
    "string_type": ("{field} is no text", "put it in quotes"),
    "string_pattern_mismatch": ("{field} has signs that an id cannot have", "use the shop's own id of the customer"),
    "int_parsing": ("{field} is no whole number", "write digits only"),
    "greater_than_equal": ("{field} is less than {ge}", "count from {ge}"),
    "less_than_equal": ("{field} is more than {le}", "count from 0"),
    "moment": (
        f"{{field}} lies outside {YEARS[0]} to {YEARS[-1]}",
        "what never ends has no expires_at; else mend the year",
    ),
    "datetime_parsing": ("{field} is no date", "write it like 2026-01-31 or 2026-01-31T09:30:00Z"),
    "datetime_from_date_parsing": ("{field} is no date", "write it like 2026-01-31 or 2026-01-31T09:30:00Z"),
}


def _aware(moment: datetime) -> datetime:
    """Without a zone it is UTC."""
    if moment.year not in YEARS:
        raise PydanticCustomError("moment", "outside the years")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _words(tags: object) -> object:
    """A list, or words with commas or blanks between them."""
    listed = cast("list[object]", tags) if isinstance(tags, list) else [tags]
    words = [each for each in listed if isinstance(each, str)]
    return " ".join(" ".join(words).replace(",", " ").split()) if len(words) == len(listed) else listed


Moment = Annotated[datetime, AfterValidator(_aware)]
Name = Annotated[str, Field(max_length=200)]


class Line(BaseModel):
    """What a line may say; only ``text`` is needed. Fields without a word here are those of ``Memory``.

    ``id`` is the writer's own name for the line; ``source`` and ``place`` are stated by exports only.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    text: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)
    kind: Kind = "knowledge"
    id: Name = ""
    tenant: Name = ""
    customer: str = Field(default="", pattern=r"^[A-Za-z0-9_.@+-]{0,100}$")
    key: Name = ""
    value: str = Field(default="", max_length=MAX_VALUE_CHARS)
    title: str = Field(default="", max_length=500)
    tags: Annotated[str, BeforeValidator(_words)] = Field(default="", max_length=500)
    speaker: Name = ""
    source: Name = ""
    place: str = Field(default="", max_length=1_000)
    position: int = Field(default=0, ge=0, le=MAX_POSITION)
    conversation: Name = ""
    event: Name = ""
    said_at: Moment | None = None
    confirmed_at: Moment | None = None
    expires_at: Moment | None = None
    verified_at: Moment | None = None
    superseded_by: Name = ""
    status: Status | None = None
    reviewed_by: Name = ""
    digest: Name = ""

    @model_validator(mode="before")
    @classmethod
    def _absent(cls, said: object) -> object:
        """What programs write for an empty cell counts as absent."""
        if not isinstance(said, dict):
            return said
        return {name: value for name, value in cast("dict[str, object]", said).items() if value is not None}

    @model_validator(mode="after")
    def _belongs(self) -> Line:
        """What is the shop's names no customer, and what is a customer's does."""
        if LIFETIMES[self.kind].shared and self.customer:
            raise PydanticCustomError(
                "shared",
                "{kind} is the whole shop's, but the line names a customer",
                {"kind": self.kind, "advice": f"take the customer out, or say which kind it is: {', '.join(PERSONAL)}"},
            )
        if not LIFETIMES[self.kind].shared and not self.customer:
            raise PydanticCustomError(
                "ownerless", "nobody knows whose {kind} it is", {"kind": self.kind, "advice": "name the customer"}
            )
        if self.kind == "resolution" and self.status == "active" and not self.reviewed_by:
            raise PydanticCustomError(
                "unreviewed",
                "a resolution becomes active by an operator's yes",
                {"advice": "leave status out, and accept it with `baton memory review`"},
            )
        return self


FIELDS: Final = tuple(Line.model_fields)


def why_not(error: ValidationError) -> tuple[str, str]:
    """What is wrong with a line, and what to do; its text is never repeated, for it may be a customer's."""
    reasons, advice = zip(*(_told(detail) for detail in error.errors()), strict=True)
    return "; ".join(dict.fromkeys(reasons)), "; ".join(dict.fromkeys(advice))


def unknown_field(name: str) -> tuple[str, str]:
    """A misspelt ``customer`` must not make a customer's line the whole shop's: nothing unknown is passed over."""
    close = get_close_matches(name.casefold(), FIELDS, n=1, cutoff=0.6)
    advice = f"did you mean {close[0]!r}?" if close else f"take it out; there are {', '.join(FIELDS)}"
    return f"there is no field {name[:60]!r}", advice


def _told(detail: ErrorDetails) -> tuple[str, str]:
    field = str(detail["loc"][0]) if detail["loc"] else "the line"
    context: Mapping[str, object] = {"field": field, **detail.get("ctx", {})}
    if detail["type"] == "extra_forbidden":
        return unknown_field(field)
    if detail["type"] == "literal_error":
        return f"{field} {str(detail['input'])[:40]!r} is unknown", f"it is one of {context['expected']}"
    if detail["type"] in PLAIN:
        reason, advice = PLAIN[detail["type"]]
        return reason.format_map(context).replace(" at line 1", " at"), advice.format_map(context)
    return detail["msg"], str(context.get("advice", f"mend {field}"))
