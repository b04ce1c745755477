"""The OpenAI adapter over real HTTP: what endpoints do, and what the runtime is told."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from agents.models import wire
from agents.models.openai_chat import OpenAIChat
from benchmarks.completions import Say, events
from benchmarks.scripted_endpoint import Decide, Raw, ScriptedEndpoint, fault
from handoffs.errors import ModelOverloaded, ModelRefused, ModelTimeout, UsageError
from handoffs.model import ModelResponse, TextDelta, ToolCall, ToolSpec

KEY = "sk-very-secret"
ASK = wire.request_of(wire.system("You help."), wire.user("Where is my parcel?"))
LOOK_UP = ToolSpec(name="get_invoice", description="Look up.", parameters='{"type":"object"}', effect="read")

Serve = Callable[..., Awaitable[tuple[OpenAIChat, ScriptedEndpoint]]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """A model at an endpoint that answers as the test decides."""
    opened: list[tuple[OpenAIChat, ScriptedEndpoint]] = []

    async def open_one(decide: Decide, timeout_s: float = 5.0) -> tuple[OpenAIChat, ScriptedEndpoint]:
        endpoint = ScriptedEndpoint(decide)
        await endpoint.start()
        opened.append((OpenAIChat(endpoint.url, KEY, "scripted", timeout_s=timeout_s), endpoint))
        return opened[-1]

    yield open_one
    for model, endpoint in opened:
        await model.close()
        await endpoint.stop()


async def answer(model: OpenAIChat, request=ASK) -> ModelResponse:
    return [piece async for piece in model.stream(request)][-1]


async def test_text_comes_in_pieces_and_then_the_whole(serve: Serve):
    model, _ = await serve(lambda body: Say(text="It is on its way.", delay_s=0.001))
    pieces = [piece async for piece in model.stream(ASK)]
    texts = [piece.text for piece in pieces if isinstance(piece, TextDelta)]
    assert len(texts) > 1
    assert "".join(texts) == pieces[-1].text == "It is on its way."
    assert pieces[-1].finish == "stop"
    assert not pieces[-1].usage.estimated


async def test_the_stored_parts_are_sent_as_they_are(serve: Serve):
    model, endpoint = await serve(lambda body: Say(text="Yes."))
    request = wire.request_of(
        wire.system("You help."),
        wire.user("Grüße €"),
        wire.assistant("", ToolCall(id="c1", name="get_invoice", arguments="{}")),
        wire.result("c1", '{"status":"paid"}'),
        tools=(LOOK_UP,),
        max_output_tokens=77,
    )
    await answer(model, request)
    sent = endpoint.requests[-1]
    assert [message["role"] for message in sent["messages"]] == ["system", "user", "assistant", "tool"]
    assert sent["messages"][1]["content"] == "Grüße €"
    assert sent["tools"][0]["function"]["name"] == "get_invoice"
    assert (sent["model"], sent["max_tokens"], sent["stream"]) == ("scripted", 77, True)
    assert sent["stream_options"] == {"include_usage": True}


async def test_no_tools_are_sent_as_no_field(serve: Serve):
    model, endpoint = await serve(lambda body: Say(text="Yes."))
    await answer(model)
    assert "tools" not in endpoint.requests[-1]


async def test_calls_come_whole(serve: Serve):
    model, _ = await serve(lambda body: Say(calls=(("get_invoice", '{"n":1}'), ("list_orders", "{}"))))
    response = await answer(model)
    assert [(call.name, call.arguments) for call in response.calls] == [
        ("get_invoice", '{"n":1}'),
        ("list_orders", "{}"),
    ]
    assert len({call.id for call in response.calls}) == 2
    assert response.finish == "tool_calls"


async def test_the_connection_is_kept_for_the_next_call(serve: Serve):
    model, endpoint = await serve(lambda body: Say(text="Yes.", delay_s=0.001))
    await answer(model)
    await answer(model)
    assert endpoint.accepted_connections == 1


async def test_a_server_that_does_not_stream_is_read_all_the_same(serve: Serve):
    message = {"role": "assistant", "content": "Here you are."}
    whole = b'{"choices":[{"message":{"role":"assistant","content":"Here you are."},"finish_reason":"stop"}]}'
    model, _ = await serve(lambda body: Raw(pieces=(whole,), content_type="application/json"))
    response = await answer(model)
    assert response.text == message["content"]
    assert response.usage.estimated


@pytest.mark.parametrize(
    ("status", "error", "says"),
    [
        (400, ModelRefused, "does not take this request"),
        (401, ModelRefused, "OPENAI_API_KEY"),
        (403, ModelRefused, "may not use 'scripted'"),
        (404, ModelRefused, "BATON_MODEL"),
        (413, ModelRefused, "too long"),
        (422, ModelRefused, "does not take this request"),
        (408, ModelTimeout, "gave up waiting"),
        (429, ModelOverloaded, "overloaded"),
        (500, ModelOverloaded, "overloaded"),
        (503, ModelOverloaded, "overloaded"),
    ],
)
async def test_a_status_says_who_must_act(serve: Serve, status: int, error: type[Exception], says: str):
    model, endpoint = await serve(lambda body: fault(status, "because"))
    with pytest.raises(error, match=says):
        await answer(model)
    assert len(endpoint.requests) == 1, "one call is one attempt: retrying is the runtime's"


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "0.5"}, 0.5),
        ({"retry_after": "Sun, 22 Nov 2026 10:00:30 GMT", "date": "Sun, 22 Nov 2026 10:00:00 GMT"}, 30.0),
        ({"retry_after": "Sun, 22 Nov 2026 10:00:00 GMT", "date": "Sun, 22 Nov 2026 10:00:30 GMT"}, 0.0),
        ({"retry_after": "soon"}, None),
        ({}, None),
    ],
)
async def test_retry_after_in_seconds_or_as_a_date(serve: Serve, headers: dict[str, str], wait_s: float | None):
    model, _ = await serve(lambda body: fault(429, "slow down", **headers))
    with pytest.raises(ModelOverloaded) as caught:
        await answer(model)
    assert caught.value.retry_after_s == wait_s


async def test_an_account_without_money_is_not_asked_again(serve: Serve):
    body = b'{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}'
    model, _ = await serve(lambda _: Raw(status=429, pieces=(body,), content_type="application/json"))
    with pytest.raises(ModelRefused, match="is spent"):
        await answer(model)


async def test_the_key_is_never_shown(serve: Serve):
    model, _ = await serve(lambda body: fault(401, f"Incorrect API key provided: {KEY}"))
    with pytest.raises(ModelRefused) as caught:
        await answer(model)
    assert KEY not in str(caught.value)
    assert KEY not in repr(model)


async def test_a_stream_that_is_cut_is_a_timeout_after_its_text(serve: Serve):
    half = events({"choices": [{"delta": {"content": "It is"}}]}, done=False)
    model, _ = await serve(lambda body: Raw(pieces=half, breaks=True))
    seen: list[str] = []
    with pytest.raises(ModelTimeout, match="broke off"):
        async for piece in model.stream(ASK):
            seen.append(piece.text)
    assert seen == ["It is"]


async def test_a_stream_that_ends_early_is_a_timeout(serve: Serve):
    half = events({"choices": [{"delta": {"content": "It is"}}]}, done=False)
    model, _ = await serve(lambda body: Raw(pieces=half))
    with pytest.raises(ModelTimeout, match="broke off before"):
        await answer(model)


@pytest.mark.parametrize("pieces", [(), events({"choices": [{"delta": {"content": "It"}}]}, done=False)])
async def test_a_silent_endpoint_is_a_timeout(serve: Serve, pieces: tuple[bytes, ...]):
    model, _ = await serve(lambda body: Raw(pieces=pieces, hangs=True), timeout_s=0.05)
    with pytest.raises(ModelTimeout, match=r"did not answer within 0\.05 s"):
        await answer(model)


async def test_the_deadline_holds_over_a_stream_that_trickles_for_ever(serve: Serve):
    drops = events(*[{"choices": [{"delta": {"content": "."}}]}] * 1_000, done=False)
    model, _ = await serve(lambda body: Raw(pieces=drops, delay_s=0.01))
    request = wire.request_of(wire.user("Hello"), deadline_s=0.1)
    with pytest.raises(ModelTimeout, match=r"within 0\.1 s"):
        await answer(model, request)


async def test_an_endpoint_that_stays_open_after_the_end_does_not_delay(serve: Serve):
    whole = events({"choices": [{"delta": {"content": "Yes."}, "finish_reason": "stop"}]})
    model, _ = await serve(lambda body: Raw(pieces=whole, hangs=True))
    assert (await answer(model)).text == "Yes."


async def test_closing_the_stream_closes_the_connection(serve: Serve):
    half = events({"choices": [{"delta": {"content": "It is"}}]}, done=False)
    model, endpoint = await serve(lambda body: Raw(pieces=half, hangs=True))
    stream = model.stream(ASK)
    await anext(stream)
    await stream.aclose()
    await endpoint.all_gone()


async def test_a_kept_connection_that_the_server_closes_is_replaced(serve: Serve):
    answers = iter([Say(text="One."), Raw(status=0), Say(text="Two.")])
    model, endpoint = await serve(lambda body: next(answers))
    assert [(await answer(model)).text for _ in range(2)] == ["One.", "Two."]
    assert endpoint.accepted_connections == 2


async def test_an_endpoint_that_always_hangs_up_is_a_timeout(serve: Serve):
    model, endpoint = await serve(lambda body: Raw(status=0))
    with pytest.raises(ModelTimeout, match="broke off"):
        await answer(model)
    assert len(endpoint.requests) == 2


async def test_nobody_there(serve: Serve):
    model, endpoint = await serve(lambda body: Say(text="Yes."))
    await endpoint.stop()
    with pytest.raises(ModelTimeout, match="is the server up"):
        await answer(model)


async def test_a_web_page_instead_of_an_endpoint(serve: Serve):
    model, _ = await serve(lambda body: Raw(pieces=(b"<!doctype html><p>Welcome",), content_type="text/html"))
    with pytest.raises(ModelRefused, match="OPENAI_BASE_URL"):
        await answer(model)


def test_an_address_without_scheme_is_the_developers():
    with pytest.raises(UsageError, match="http://"):
        OpenAIChat("localhost:8080", None, "m")


async def test_openai_itself_gets_the_newer_limit_field():
    model = OpenAIChat(None, KEY, "gpt")
    assert model.limit_field == "max_completion_tokens"
    await model.close()


async def test_the_probe_says_what_works(serve: Serve):
    def decide(body):
        return Say(calls=(("report_weather", "{}"),)) if body.get("tools") else Say(text="One two", delay_s=0.001)

    model, _ = await serve(decide)
    probe = await model.probe()
    assert (probe.reachable, probe.knows_model, probe.streams, probe.reports_usage, probe.calls_tools) == (True,) * 5
    assert probe.sentences[0] == "It lists 'scripted'."


async def test_the_probe_says_what_is_missing(serve: Serve):
    def decide(body):
        return fault(400, "tools are not supported") if body.get("tools") else Say(text="One", usage=False)

    _, endpoint = await serve(decide)
    other = OpenAIChat(endpoint.url, KEY, "elsewhere")
    probe = await other.probe()
    await other.close()
    said = " ".join(probe.sentences)
    assert "set BATON_MODEL to one of scripted" in said
    assert "all at once" in said
    assert "tokens are estimated" in said
    assert "It calls no tools" in said
    assert "not supported" in said


async def test_the_probe_of_nothing(serve: Serve):
    model, endpoint = await serve(lambda body: Say(text="Yes."))
    await endpoint.stop()
    probe = await model.probe()
    assert not probe.reachable
    assert "does not answer" in probe.sentences[-1]
