"""A bar is missed only by what was measured."""

from benchmarks.bars import BARS, missed


def test_what_was_not_measured_is_not_missed():
    assert missed({}) == []


def test_a_ratio_above_its_bar_is_missed():
    found = {"raw": {"turn 1": 5.0, "turn 50": 100.0}, "baton": {"turn 1": 5.1, "turn 50": 19.0}}
    assert [bar.what for bar in missed(found)] == ["turn 1 against the plain client"]
    assert BARS[1].value(found) == 0.19
