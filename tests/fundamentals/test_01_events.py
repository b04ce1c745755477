"""An execution is a list of events. Each is one frozen value, one line of JSON, and stands in exactly one log."""

from __future__ import annotations

import pytest

from handoffs.events import CustomerSaid, HandedIn, HandedOut, Said, decode, encode


def test_an_event_is_one_line_of_json_and_comes_back_the_same():
    said = Said(agent="billing", text="Your refund of 59.00 is on its way.")
    line = encode(said)
    assert b"\n" not in line
    assert decode(line) == said


def test_the_log_of_an_event_is_the_log_of_who_acted():
    assert CustomerSaid(message_id="m1", text="hello").log == "customer"
    assert Said(agent="billing", text="hello").log == "billing"


def test_a_handoff_stands_in_both_logs_under_one_id():
    out = HandedOut(agent="billing", handoff_id="h1", to="support", reason="a parcel", summary="")
    into = HandedIn(agent="support", handoff_id="h1", source="billing", reason="a parcel", summary="")
    assert (out.log, into.log) == ("billing", "support")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b'{"v":2,"kind":"said"}', "schema version 1"),
        (b'{"v":1,"kind":"sung","agent":"billing"}', "not a Baton record"),
        (b'{"v":1,"kind":"said","agent":"billing","text":"la","loud":true}', "not a Baton record"),
        (b"half a li", "schema version 1"),
    ],
)
def test_what_is_not_ours_is_refused_with_a_reason(line, complaint):
    with pytest.raises(ValueError, match=complaint):
        decode(line)
