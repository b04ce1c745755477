"""The scripted model: what tests and evals put in a model's place."""

import asyncio

import orjson
import pytest

from agents.models import wire
from agents.models.scripted import Scripted, call, calls, fail, hang, say
from handoffs.errors import ModelOverloaded, ModelTimeout, UsageError
from handoffs.model import ModelRequest, ModelResponse, TextDelta

HELLO = wire.request_of(wire.user("Hello"))


async def answer(model: Scripted, request: ModelRequest = HELLO) -> ModelResponse:
    return [piece async for piece in model.stream(request)][-1]


async def test_steps_come_in_order():
    model = Scripted([call("get_invoice", invoice_id="V-1"), say("It is paid.")])
    first, second = await answer(model), await answer(model)
    assert (first.calls[0].name, orjson.loads(first.calls[0].arguments)) == ("get_invoice", {"invoice_id": "V-1"})
    assert (first.finish, second.finish) == ("tool_calls", "stop")
    assert second.text == "It is paid."


async def test_text_streams_in_words():
    pieces = [piece async for piece in Scripted([say(" It is\npaid. ")]).stream(HELLO)]
    words = [piece.text for piece in pieces if isinstance(piece, TextDelta)]
    assert len(words) == 3
    assert "".join(words) == " It is\npaid. " == pieces[-1].text


async def test_several_calls_in_one_answer():
    response = await answer(Scripted([calls(call("one"), call("two", n=2), text="Looking.")]))
    assert [one.name for one in response.calls] == ["one", "two"]
    assert len({one.id for one in response.calls}) == 2
    assert response.text == "Looking."


async def test_a_function_decides_from_the_request():
    model = Scripted(lambda request: say(f"{request.agent} here", carry=request.carry))
    response = await answer(model, wire.request_of(wire.user("Hi"), agent="sales", carry="slot"))
    assert (response.text, response.carry) == ("sales here", "slot")


async def test_the_same_request_is_answered_with_the_same_ids():
    first, again = await answer(Scripted([call("look")])), await answer(Scripted([call("look")]))
    other = await answer(Scripted([call("look")]), wire.request_of(wire.user("Bye")))
    assert first == again
    assert first.calls[0].id != other.calls[0].id


async def test_it_remembers_what_it_was_asked():
    model = Scripted([say("Yes.")])
    await answer(model)
    assert model.requests == [HELLO]


async def test_a_script_that_runs_out_says_where():
    model = Scripted([say("Yes.")])
    await answer(model)
    with pytest.raises(UsageError, match=r"script of 1 steps has run out, and 'billing' asks once more, after .*Hello"):
        await answer(model)


async def test_it_fails_after_what_it_said():
    seen: list[str] = []
    with pytest.raises(ModelOverloaded):
        async for piece in Scripted([fail(ModelOverloaded("busy"), after="Let me")]).stream(HELLO):
            seen.append(piece.text)
    assert "".join(seen) == "Let me"


async def test_it_hangs_until_the_deadline():
    with pytest.raises(ModelTimeout, match="hung"):
        await answer(Scripted([hang()]), wire.request_of(wire.user("Hello"), deadline_s=0.01))


async def test_it_can_be_stopped_while_it_hangs():
    asking = asyncio.create_task(answer(Scripted([hang()])))
    await asyncio.wait([asking], timeout=0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
