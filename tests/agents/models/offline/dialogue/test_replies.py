"""Yes, no or neither, word by word."""

from __future__ import annotations

import pytest

from agents.models.offline.replies import is_limit, ordinal, said


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("yes", "yes"), ("alright then yes, do the refund", "yes"), ("hm ok go on", "yes"), ("confirmed", "yes"),
        ("ok", "weak"), ("fine", "weak"), ("ok thanks", "none"), ("fine, bye", "none"), ("not sure", "none"),
        ("no", "no"), ("oh right its on my desk haha. never mind", "no"), ("yes. no wait, don't", "no"),
        ("15?? for a 39 hub? forget it, leave it", "no"), ("yes but only this order, not my account", "yes"),
        ("the cove ones", "none"), ("yesterday", "none"), ("nobody told me", "none"),
    ],
)  # fmt: skip
def test_what_a_reply_says(text, verdict):
    assert said(text).verdict == verdict


def test_a_condition_that_only_limits_is_no_condition():
    assert is_limit(said("yes but only this order, not my account").condition)
    assert not is_limit(said("yes but to a different card than the one i paid with").condition)


@pytest.mark.parametrize(
    ("text", "place"), [("the second one", 1), ("2", 1), ("last", -1), ("option 1 please", 0), ("blue", None)]
)
def test_ordinals(text, place):
    assert ordinal(text) == place
