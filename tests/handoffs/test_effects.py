"""Effects: never twice unasked, never begun on old words, never guessed."""

from __future__ import annotations

import json

import pytest

from agents.models.scripted import call, calls, fail, say
from evals.local import messages_of
from handoffs.errors import ModelOverloaded, ModelRefused, Unavailable
from handoffs.events import (
    AttemptFailed,
    CallFinished,
    CallIntended,
    CustomerSaid,
    DoubtSettled,
    Ended,
    Limits,
    Said,
    encode,
)
from handoffs.grounding import untraceable_argument
from handoffs.session import Session
from handoffs.state import initial
from handoffs.tool import Grounded
from handoffs.window import Line


def outcomes(turn):
    return [(event.tool, event.outcome) for event in turn.tool_calls]


async def test_an_effect_is_an_intent_and_a_result(swarm_of, world):
    turn = await swarm_of([call("refund", amount_cents=5900), say("Done.")]).say("refund me 59.00")
    kinds = [event.kind for event in turn.events]
    assert kinds.index("call_intended") < kinds.index("call_finished")
    assert list(world.paid.values()) == [5900]


async def test_an_equal_write_in_one_message_returns_the_recorded_result(swarm_of, world):
    twice = calls(call("refund", amount_cents=5900), call("refund", amount_cents=5900))
    turn = await swarm_of([twice, call("refund", amount_cents=5900), say("Done.")]).say("refund me 59.00")
    assert outcomes(turn) == [("refund", "ok"), ("refund", "repeated"), ("refund", "repeated")]
    assert len(world.paid) == 1


async def test_an_equal_write_in_a_later_turn_needs_a_fresh_yes(swarm_of, world):
    swarm = swarm_of(
        [call("refund", amount_cents=5900), say("Done.")] + [call("refund", amount_cents=5900), say("It was done.")] * 2
    )
    await swarm.say("refund me 59.00")
    again = await swarm.say("refund me 59.00")
    assert outcomes(again) == [("refund", "refused")]
    assert "already_done" in again.tool_calls[0].content
    assert len(world.paid) == 1
    await swarm.say("yes, really once more")
    assert len(world.paid) == 2, "the customer heard that it was done and asked again"


@pytest.mark.parametrize("amount", [5900, 4200])
async def test_amounts_of_a_money_call_are_traceable_to_someone(amount):
    """Grounding is declared by argument type; this team's refund takes a bare int, so the marked one is used here."""
    state = initial("t/c", "x", Session.of({}), [Line("customer", "w", text="my 59,00 please for V-10021")])
    marks = {"amount_cents": Grounded("amount_cents"), "order_id": Grounded("id")}
    found = untraceable_argument(state, {"amount_cents": amount, "order_id": "V-10021"}, marks)
    assert found == (None if amount == 5900 else "amount_cents")
    assert untraceable_argument(state, {"order_id": "V-10022"}, marks) == "order_id"


def test_a_wish_is_no_source_of_what_a_call_may_ask_for():
    """An agent notes wishes with words of its own: they must not launder an address, an id or an amount."""
    wishes = {"preferences": '{"note": "Evil Street 1, 4200, V-10099"}', "known": '{"budget_max_cents": "4200"}'}
    state = initial("t/c", "x", Session.of(wishes), [Line("customer", "w", text="my money back, please")])
    for value, kind in (("Evil Street 1", "address"), ("V-10099", "id"), (4200, "amount_cents")):
        assert untraceable_argument(state, {"it": value}, {"it": Grounded(kind)}) == "it"


async def test_wrong_arguments_and_unknown_tools_go_back_as_hints_at_most_twice(swarm_of):
    script = [call("refund", amount_cents="much"), call("fly"), call("refund"), say("never reached")]
    turn = await swarm_of(script).say("refund me")
    assert [event.code for event in turn.tool_calls] == ["bad_arguments", "unknown_tool", "bad_arguments"]
    assert turn.escalations
    assert "never reached" not in turn.text


async def test_an_effect_that_honours_its_key_is_tried_again_and_happens_once(swarm_of, world):
    world.failures = [TimeoutError(), Unavailable("the shop is away")]
    turn = await swarm_of([call("refund", amount_cents=5900), say("Done.")]).say("refund me 59.00")
    assert outcomes(turn) == [("refund", "ok")]
    assert len([event for event in turn.events if isinstance(event, AttemptFailed)]) == 2
    assert len(world.paid) == 1


async def test_an_effect_that_honours_no_key_and_times_out_is_in_doubt_and_goes_to_a_person(swarm_of, world):
    world.failures = [TimeoutError()]
    swarm = swarm_of([call("send_letter"), say("I am not sure; a colleague checks.")])
    turn = await swarm.say("write to me")
    assert outcomes(turn) == [("send_letter", "in_doubt")]
    assert [package.cause for package in turn.escalations] == ["in_doubt"]
    assert world.order == []
    assert len(swarm.store.indexes) == 2, "an operator finds the escalation and the doubt"


async def test_a_read_that_stays_away_is_told_honestly(swarm_of, world):
    world.failures = [Unavailable("the shop is away")] * 3
    turn = await swarm_of([call("get_invoice", invoice_id="V-INV-1"), say("I can't see it now.")]).say("V-INV-1?")
    assert outcomes(turn) == [("get_invoice", "error")]
    assert not turn.escalations


async def test_an_overloaded_model_is_asked_again_after_what_it_asked_for(swarm_of):
    swarm = swarm_of([fail(ModelOverloaded("busy", retry_after_s=3.0)), say("Hello.")])
    turn = await swarm.say("hi")
    assert turn.text == "Hello."
    assert [event.wait_s for event in turn.events if isinstance(event, AttemptFailed)] == [3.0]
    assert swarm.clock.monotonic() >= 3.0


async def test_a_model_that_refuses_ends_in_an_honest_sentence_and_a_person(swarm_of):
    turn = await swarm_of([fail(ModelRefused("bad key"))]).say("hi")
    assert "Nothing was changed" in turn.text
    assert turn.escalations[0].number in turn.text
    assert [event.status for event in turn.events if isinstance(event, Ended)] == ["failed"]


async def test_a_retry_after_longer_than_the_time_left_is_not_waited_for(swarm_of):
    swarm = swarm_of([fail(ModelOverloaded("busy", retry_after_s=600.0))])
    turn = await swarm.say("hi")
    assert turn.escalations
    assert swarm.clock.monotonic() < 120


async def test_a_message_that_arrives_before_an_effect_begins_supersedes_it(swarm_of, world):
    """The refund was decided before the customer wrote 'wait, no': it is answered superseded and reconsidered."""
    swarm = None

    def script(request):
        users = [m["content"] for m in messages_of(request) if m["role"] == "user"]
        if users == ["refund me 59.00"]:
            late = encode(CustomerSaid(message_id="late", text="wait, no"))
            swarm.store.of("volta", "local").inbox.append(late)
            return call("refund", amount_cents=5900)
        return say("Nothing was refunded.")

    swarm = swarm_of(script)
    turn = await swarm.say("refund me 59.00")
    assert outcomes(turn) == [("refund", "superseded")]
    assert world.paid == {}
    assert turn.text == "Nothing was refunded."
    asked = [m["role"] for m in messages_of(swarm.runtime.model.requests[-1])]
    assert asked[-3:] == ["assistant", "tool", "user"], "results first, then the newer message"


async def test_a_message_that_arrives_as_the_turn_ends_is_answered_once(swarm_of):
    swarm = None

    def script(request):
        users = [m["content"] for m in messages_of(request) if m["role"] == "user"]
        if users == ["one"]:
            swarm.store.of("volta", "local").inbox.append(encode(CustomerSaid(message_id="late", text="two")))
        return say(f"Answer to {users[-1]}.")

    swarm = swarm_of(script)
    turn = await swarm.say("one")
    assert [event.text for event in turn.events if isinstance(event, Said)] == ["Answer to one.", "Answer to two."]
    assert [event.kind for event in turn.events].count("ended") == 1
    assert swarm.store.of("volta", "local").inbox == []


async def test_time_spent_is_a_sum_over_events_and_ends_the_turn_honestly(swarm_of):
    many = [fail(ModelOverloaded("busy", retry_after_s=40.0)), fail(ModelOverloaded("busy", retry_after_s=40.0))]
    turn = await swarm_of(many, limits=Limits(seconds=60)).say("hi")
    assert turn.escalations
    assert turn.text


async def test_calls_carry_their_key_into_the_intent(swarm_of):
    turn = await swarm_of([call("refund", amount_cents=5900), say("Done.")]).say("refund me 59.00")
    intent = next(event for event in turn.events if isinstance(event, CallIntended))
    assert intent.key.startswith("volta/local/x000001/refund/")
    assert all(json.loads(event.content) for event in turn.events if isinstance(event, CallFinished))


async def test_one_attempt_of_which_nobody_knows_is_enough_to_doubt(swarm_of, world):
    world.failures = [Unavailable("away"), Unavailable("away"), TimeoutError()]  # taken from the end
    turn = await swarm_of([call("refund", amount_cents=5900), say("A colleague checks.")]).say("refund me 59.00")
    assert outcomes(turn) == [("refund", "in_doubt")]


async def test_an_equal_effect_spelled_otherwise_is_the_same_effect(swarm_of, world):
    spelled = calls(*(call("refund", amount_cents=amount) for amount in (5900, "5900", 5900.0)))
    turn = await swarm_of([spelled, say("Done.")]).say("refund me 59.00")
    assert [event.outcome for event in turn.tool_calls] == ["ok", "repeated", "repeated"]
    assert len(world.paid) == 1


async def test_an_effect_that_a_person_found_to_have_happened_needs_a_fresh_yes(swarm_of, world):
    world.failures = [TimeoutError()]
    again = [call("send_letter"), say("It was sent.")]
    swarm = swarm_of([call("send_letter"), say("A colleague checks."), *again])
    turn = await swarm.say("write to me")
    doubt = turn.tool_calls[0]
    settled = DoubtSettled(
        agent="billing",
        number="D-1",
        call_id=doubt.call_id,
        tool=doubt.tool,
        digest=doubt.digest,
        title=doubt.title,
        happened=True,
        by="olga",
    )
    told = await swarm.submit(settled, "doubt.1")
    assert [event.code for event in told.tool_calls] == ["already_done"]
    assert world.order == []


async def test_a_response_of_many_reads_keeps_to_the_budget(swarm_of, world):
    many = calls(*(call("get_weather") for _ in range(30)))
    turn = await swarm_of([many]).say("the weather, thirty times")
    assert world.order == ["get_weather"] * 25
    assert [event.outcome for event in turn.tool_calls].count("cancelled") == 5


async def test_text_beside_calls_passes_the_output_guard_too(swarm_of):
    boasts = calls(call("get_weather"), text="Your refund of 4711.00 is done.")
    turn = await swarm_of([boasts, say("It is sunny.")]).say("the weather?")
    assert turn.text == "It is sunny."


async def test_a_promise_to_transfer_does_not_shield_an_invented_number(swarm_of):
    boast = say("I'll transfer you. Your refund of 999.99 is done.")
    turn = await swarm_of([boast, boast]).say("hello")
    assert "999.99" not in turn.text


async def test_asking_for_a_person_again_gives_the_same_number(swarm_of):
    swarm = swarm_of([call("ask_for_person", reason="cross"), say("Asked.")] * 2)
    first = await swarm.say("a person please")
    again = await swarm.say("a person, now!")
    assert len(first.escalations) == 1
    assert again.escalations == ()
    assert first.escalations[0].number in again.tool_calls[0].content


async def test_what_an_agent_asked_for_in_vain_grounds_nothing(swarm_of):
    script = [call("get_invoice", invoice_id="V-INV-9"), say("There is no V-INV-9 of 12.34 here.")]
    turn = await swarm_of([*script, say("I find no such invoice.")]).say("my invoice?")
    assert "12.34" not in turn.text


async def test_a_warning_counts_for_the_next_turn_alone(swarm_of, world):
    again = [call("refund", amount_cents=5900), say("It was done.")]
    swarm = swarm_of([*again, *again, say("Sunny."), *again])
    for text in ("refund me 59.00", "refund me 59.00", "the weather?"):
        await swarm.say(text)
    late = await swarm.say("hm, the 59.00")
    assert [event.code for event in late.tool_calls] == ["already_done"]
    assert len(world.paid) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "It came on 22.11.2026, at 14.30 h.",
        "It speaks UTF-8, is IP-68 tight and ISO-9001 made.",
        "I'll put two of them in your basket and pass that on.",
    ],
)
async def test_what_only_looks_like_an_amount_an_id_or_a_promise_is_not_held_back(swarm_of, answer):
    turn = await swarm_of([say(answer)]).say("tell me")
    assert turn.text == answer
