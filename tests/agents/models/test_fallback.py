"""The fallback chain and its circuits: when the next model answers, and when it must not."""

import pytest

from agents.models import wire
from agents.models.breaker import InProcessBreaker
from agents.models.fallback import Fallback
from agents.models.scripted import Scripted, Step, fail, say
from handoffs.errors import ModelError, ModelOverloaded, ModelRefused, ModelTimeout, UsageError
from handoffs.model import ModelRequest, ModelResponse

HELLO = wire.request_of(wire.user("Hello"), deadline_s=30.0)


class Time:
    """Seconds that a test moves by hand."""

    def __init__(self) -> None:
        self.s = 1_000.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def time() -> Time:
    return Time()


def always(step: Step, name: str) -> Scripted:
    return Scripted(lambda request: step, name=name)


def chain(time: Time, *models: Scripted, patience: int = 0) -> Fallback:
    return Fallback(models, InProcessBreaker(time), time, patience=patience)


async def answer(model: Fallback, request: ModelRequest = HELLO) -> ModelResponse:
    return [piece async for piece in model.stream(request)][-1]


async def test_the_first_answers_while_it_can(time: Time):
    first, second = always(say("one"), "first"), always(say("two"), "second")
    model = chain(time, first, second)
    assert (await answer(model)).model == "first"
    assert second.requests == []
    assert model.name == "first → second"


@pytest.mark.parametrize("error", [ModelTimeout("slow"), ModelOverloaded("busy"), ModelRefused("bad key")])
async def test_the_next_answers_when_it_cannot(time: Time, error: ModelError):
    model = chain(time, always(fail(error), "first"), always(say("two"), "second"))
    assert (await answer(model)).text == "two"


async def test_the_runtime_retries_before_the_chain_falls_over(time: Time):
    first = Scripted([fail(ModelTimeout("slow"))] * 2 + [say("one")], name="first")
    model = chain(time, first, always(say("two"), "second"), patience=2)
    for _ in range(2):
        with pytest.raises(ModelTimeout):
            await answer(model)
    assert (await answer(model)).text == "one"


async def test_patience_ends_within_the_same_request(time: Time):
    model = chain(time, always(fail(ModelTimeout("slow")), "first"), always(say("two"), "second"), patience=2)
    for _ in range(2):
        with pytest.raises(ModelTimeout):
            await answer(model)
    assert (await answer(model)).text == "two"


async def test_a_refusal_is_not_retried(time: Time):
    model = chain(time, always(fail(ModelRefused("bad key")), "first"), always(say("two"), "second"), patience=2)
    assert (await answer(model)).text == "two"


async def test_a_wait_longer_than_the_time_left_is_not_waited_for(time: Time):
    busy = always(fail(ModelOverloaded("busy", retry_after_s=31.0)), "first")
    assert (await answer(chain(time, busy, always(say("two"), "second"), patience=2))).text == "two"


async def test_a_wait_that_fits_is_left_to_the_runtime(time: Time):
    busy = always(fail(ModelOverloaded("busy", retry_after_s=5.0)), "first")
    with pytest.raises(ModelOverloaded) as caught:
        await answer(chain(time, busy, always(say("two"), "second"), patience=2))
    assert caught.value.retry_after_s == 5.0


async def test_half_of_the_time_is_kept_for_the_next(time: Time):
    def slow(request: ModelRequest) -> Step:
        time.s += 16
        return fail(ModelTimeout("slow"))

    second = always(say("two"), "second")
    assert (await answer(chain(time, Scripted(slow, name="first"), second, patience=2))).text == "two"
    assert second.requests[0].deadline_s == 14.0


async def test_two_answers_are_never_mixed(time: Time):
    second = always(say("two"), "second")
    model = chain(time, always(fail(ModelOverloaded("crashed"), after="It is"), "first"), second)
    seen: list[str] = []
    with pytest.raises(ModelTimeout, match="'first' broke off in the middle"):
        async for piece in model.stream(HELLO):
            seen.append(piece.text)
    assert "".join(seen).strip() == "It is"
    assert second.requests == []


async def test_the_last_error_is_told_when_all_fail(time: Time):
    model = chain(time, always(fail(ModelTimeout("a")), "first"), always(fail(ModelRefused("b")), "second"))
    with pytest.raises(ModelRefused, match="b"):
        await answer(model)


async def test_a_chain_of_nothing():
    with pytest.raises(UsageError):
        Fallback([], InProcessBreaker(Time()), Time())


async def test_a_model_that_keeps_failing_is_left_alone_then_tried_once(time: Time):
    steps = [fail(ModelTimeout("slow"))] * 6 + [say("one")] * 2
    first = Scripted(steps, name="first")
    model = chain(time, first, always(say("two"), "second"))
    for _ in range(9):
        assert (await answer(model)).text == "two"
    assert len(first.requests) == 5, "the circuit is open after five failures"
    time.s += 31
    assert (await answer(model)).text == "two"
    assert (await answer(model)).text == "two"
    assert len(first.requests) == 6, "one trial, and open again"
    time.s += 31
    assert [(await answer(model)).text for _ in range(2)] == ["one", "one"]


async def test_all_circuits_open_is_said(time: Time):
    model = chain(time, always(fail(ModelTimeout("slow")), "first"))
    for _ in range(5):
        with pytest.raises(ModelTimeout):
            await answer(model)
    with pytest.raises(ModelOverloaded, match="circuits of first are open"):
        await answer(model)


async def test_failures_far_apart_open_nothing(time: Time):
    breaker = InProcessBreaker(time)
    for _ in range(10):
        await breaker.failed("m")
        time.s += 15
    assert await breaker.admits("m")


async def test_one_trial_at_a_time(time: Time):
    breaker = InProcessBreaker(time)
    for _ in range(5):
        await breaker.failed("m")
    time.s += 30
    assert [await breaker.admits("m") for _ in range(3)] == [True, False, False]
    time.s += 30
    assert await breaker.admits("m"), "a trial that never reported is followed by another"
    await breaker.succeeded("m")
    assert [await breaker.admits("m") for _ in range(3)] == [True] * 3


async def test_what_is_refused_opens_no_circuit(time: Time):
    first = always(fail(ModelRefused("too long")), "first")
    model = chain(time, first, always(say("two"), "second"))
    for _ in range(10):
        await answer(model)
    assert len(first.requests) == 10
