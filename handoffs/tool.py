"""What a tool is: one typed async function plus what the runtime must know of it.

    @tool(effect="money", title="Refunding {amount_cents} for {order_id}", examples=("refund me",))
    async def refund_payment(ctx: ShopContext, order_id: OrderId, amount_cents: Cents) -> Refunded | ToolError:
        \"\"\"Refund ... (the docstring is the prompt).\"\"\"

The signature makes the JSON schema and validates the call; ``ctx`` carries the authority, which is never an argument.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar, cast, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from handoffs.errors import UsageError

Effect = Literal["read", "write", "money"]
Policy = Literal["reverify", "as_is"]
Json = dict[str, object]
D = TypeVar("D")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Whose data a call may touch; comes from the authenticated session, never from a model."""

    tenant: str
    customer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolContext(Generic[D]):
    """What a tool gets beside its arguments.

    ``key`` is the idempotency key of this effect (None for reads); ``now`` is aware UTC; ``deps`` is what the
    wiring bound to the toolbox, for instance the shop.
    """

    scope: Scope
    conversation: str
    key: str | None
    now: datetime
    deps: D


class ToolError(BaseModel):
    """A failure told to the agent: what happened, and what to do next."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    suggested_action: str


class ApprovalNeed(BaseModel):
    """Why a call needs a person, and the facts that answer rests on; asked again before acting (``reverify``)."""

    model_config = ConfigDict(frozen=True)

    what: str
    sentence: str
    amount_cents: int | None = None
    facts: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Grounded:
    """Marks an argument that must be traceable to the customer's words, a tool result or memory; a ``quote`` to the
    customer's words alone."""

    as_: Literal["id", "email", "address", "amount_cents", "quote"]


@dataclass(frozen=True, slots=True)
class Tool:
    """One declared tool.

    ``needs`` is the type that its context brings as ``deps``: a tool says in its signature what it acts on.
    *Units*: ``timeout_s`` seconds; ``retries`` further attempts after the first (reads and keyed effects only).
    """

    name: str
    description: str
    arguments: type[BaseModel]
    run: Callable[..., Awaitable[BaseModel]]
    effect: Effect
    title: str
    examples: tuple[str, ...]
    honours_key: bool
    timeout_s: float
    retries: int
    cost_cents: int
    approval: Callable[..., Awaitable[ApprovalNeed | None]] | None
    on_approval: Policy
    needs: type = object

    @property
    def has_effect(self) -> bool:
        return self.effect != "read"

    def schema(self) -> Json:
        """The JSON schema of the arguments, without pydantic's titles."""
        return _untitled(self.arguments.model_json_schema())

    def grounded(self) -> dict[str, Grounded]:
        """Argument name -> how its value must be traced."""
        return {
            name: mark
            for name, field in self.arguments.model_fields.items()
            for mark in field.metadata
            if isinstance(mark, Grounded)
        }


def tool(
    *,
    effect: Effect,
    title: str,
    examples: tuple[str, ...] = (),
    honours_key: bool = True,
    timeout_s: float = 10.0,
    retries: int = 2,
    cost_cents: int = 0,
    approval: Callable[..., Awaitable[ApprovalNeed | None]] | None = None,
    on_approval: Policy = "reverify",
) -> Callable[[Callable[..., Awaitable[BaseModel]]], Tool]:
    """Declare the function below as a tool; its docstring is what the model reads.

    ``approval(ctx, args)`` answers why this very call needs a person, or None.
    *Raises*: UsageError when the docstring is missing.
    """

    def declare(function: Callable[..., Awaitable[BaseModel]]) -> Tool:
        description = inspect.getdoc(function)
        if not description:
            raise UsageError(f"tool {function.__name__!r} has no docstring: write what it does, when, and when not")
        return Tool(
            name=function.__name__,
            description=description,
            arguments=_arguments(function),
            run=function,
            effect=effect,
            title=title,
            examples=examples,
            honours_key=honours_key,
            timeout_s=timeout_s,
            retries=retries,
            cost_cents=cost_cents,
            approval=approval,
            on_approval=on_approval,
            needs=_needs(function),
        )

    return declare


def digest_of(tool: Tool, arguments: BaseModel) -> str:
    """Names one effect: the tool and what it is asked to do, however the model spelled it (5900, "5900", 5900.0)."""
    return f"{tool.name}/{hashlib.blake2b(arguments.model_dump_json().encode(), digest_size=8).hexdigest()}"


def _arguments(function: Callable[..., Awaitable[BaseModel]]) -> type[BaseModel]:
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {
        name: (hints[name], ... if parameter.default is inspect.Parameter.empty else parameter.default)
        for name, parameter in list(inspect.signature(function).parameters.items())[1:]
    }
    return create_model(f"{function.__name__}_arguments", __config__=ConfigDict(extra="forbid", frozen=True), **fields)


def _needs(function: Callable[..., Awaitable[BaseModel]]) -> type:
    """What the context must bring, by the annotation of the first parameter: Shop for ``ctx: ToolContext[Shop]``."""
    context = next(iter(get_type_hints(function).values()))
    return next(iter(get_args(context)), object)


def _untitled(schema: Json) -> Json:
    """Without the ``title`` texts that pydantic adds to every schema node; a property called title stays."""
    cleaned: Json = {}
    for key, value in schema.items():
        if key == "title" and isinstance(value, str):
            continue
        cleaned[key] = _cleaned(value)
    return cleaned


def _cleaned(node: object) -> object:
    if isinstance(node, dict):
        return _untitled(cast("Json", node))
    return [_cleaned(item) for item in cast("list[object]", node)] if isinstance(node, list) else node
