"""Yes, no or neither, word by word."""

from __future__ import annotations

import pytest

from agents.models.offline.replies import is_empty, is_limit, ordinal, said


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


@pytest.mark.parametrize(
    "text",
    [
        "absolutely not", "of course not", "yes or no?", "yes... no", "yes?", "yeah right", "yes maybe", "y tho",
        "right, how much was it again?", "perfect, and the hub?", "yes what is the fee", "yes i know",
        "thanks. and i need a new password too",
        "please cancel the hub", "correct my address", "sure, when hell freezes",
        "go on vacation", "that's right, i ordered two", "yes the parcel is lost", "do that again and i sue you",
    ],
)  # fmt: skip
def test_a_yes_word_alone_is_no_yes(text):
    reply = said(text)
    assert reply.verdict != "yes" and not (reply.verdict == "weak" and is_empty(reply.rest))


@pytest.mark.parametrize(
    "text",
    [
        "please",
        "pls",
        "go",
        "ys",
        "yez",
        "so where were we? yes refund me",
        "my wife says yes",
        "go on with the replacement",
    ],
)
def test_other_ways_to_say_yes(text):
    assert said(text).verdict == "yes"


def test_a_later_day_is_a_condition():
    assert not is_limit(said("yes, tomorrow").condition)
    assert said("yes, tomorrow").condition


def test_a_condition_that_only_limits_is_no_condition():
    assert is_limit(said("yes but only this order, not my account").condition)
    assert not is_limit(said("yes but to a different card than the one i paid with").condition)


@pytest.mark.parametrize(
    ("text", "place"), [("the second one", 1), ("2", 1), ("last", -1), ("option 1 please", 0), ("blue", None)]
)
def test_ordinals(text, place):
    assert ordinal(text) == place
