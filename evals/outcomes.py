"""What happened in a turn, in the neutral words of the dialogue files, and whether it is what was expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from agents.shop.effects import Effect
from evals.local import TurnResult

Happened = tuple[str, Mapping[str, object]]
Expected = Mapping[str, Mapping[str, object]]
_TOLERATED = ("handoff", "preference")
_NAME_KEYS = ("name", "call_me", "preferred_name")


def happened_in(result: TurnResult, effects: Sequence[Effect]) -> list[Happened]:
    """The shop's effects of a turn, and what the trace shows beside them."""
    found: list[Happened] = [(effect.kind, effect.fields) for effect in effects]
    found += [("handoff", {"to": handoff.agent}) for handoff in result.handoffs]
    found += [("escalated", {}) for _ in result.escalations]
    found += [("preference", {"key": one.key, "value": one.value}) for one in result.preferences]
    found += [("approval_requested", {"what": one.what, **_facts(one.model_dump())}) for one in result.approvals]
    return found


def _facts(event: Mapping[str, object]) -> dict[str, object]:
    """Order, product and amount of an approval, wherever the event keeps them."""
    found: dict[str, object] = {}
    for name, value in event.items():
        if isinstance(value, Mapping):
            found |= _facts(cast(Mapping[str, object], value))
        elif name in ("amount_cents", "order", "product") and value is not None:
            found[name] = value
    return found


def matches(effect: Happened, expected: Expected) -> bool:
    """Whether an effect is what was expected; fields that are left out are not compared."""
    ((kind, fields),) = expected.items()
    return effect[0] == kind and all(_same(kind, name, value, effect[1]) for name, value in fields.items())


def _same(kind: str, name: str, value: object, actual: Mapping[str, object]) -> bool:
    if value == "any":
        return True
    if kind == "preference" and name == "key":
        return value == actual.get("key") or (value == "name" and actual.get("key") in _NAME_KEYS)
    if kind == "change_address" and name == "account":
        return "account" in actual
    return str(actual.get(name)) == str(value)


def covers(
    effects: Sequence[Happened], expected: Sequence[Expected], never: Sequence[Expected]
) -> tuple[list[str], list[str]]:
    """(expected effects that are missing or forbidden ones that came, effects that nobody expected)."""
    left = list(effects)
    missing: list[str] = []
    for one in expected:
        found = next((effect for effect in left if matches(effect, one)), None)
        if found is None:
            missing.append(f"missing {dict(one)}")
        else:
            left.remove(found)
    missing += [f"forbidden {effect}" for effect in effects for one in never if matches(effect, one)]
    return missing, [str(effect) for effect in left if effect[0] not in _TOLERATED]
