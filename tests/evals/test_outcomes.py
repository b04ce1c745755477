"""What happened against what was expected, in the words of the dialogue files."""

from __future__ import annotations

from evals.outcomes import covers, matches

REFUND = ("refund", {"order": "V-10021", "amount_cents": 5900})


def test_a_field_left_out_is_not_compared_and_any_fits_all():
    assert matches(REFUND, {"refund": {"order": "V-10021"}})
    assert matches(REFUND, {"refund": {"order": "any", "amount_cents": 5900}})
    assert not matches(REFUND, {"refund": {"order": "V-10021", "amount_cents": 11800}})


def test_each_effect_counts_once():
    missing, extra = covers([REFUND, REFUND], [{"refund": {"order": "V-10021"}}], [])
    assert not missing and len(extra) == 1


def test_handoffs_and_preferences_are_tolerated_unless_forbidden():
    moved = ("handoff", {"to": "sales"})
    assert covers([moved], [], []) == ([], [])
    faults, _ = covers([moved], [], [{"handoff": {"to": "any"}}])
    assert faults
