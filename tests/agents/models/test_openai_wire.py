"""How loosely servers speak the dialect, and that all of it is understood the same way. Bytes in, a response out."""

import orjson
import pytest

from agents.models import wire
from agents.models.openai_wire import Answer, body_of
from benchmarks.completions import events
from handoffs.errors import ModelOverloaded, ModelRefused, ModelTimeout
from handoffs.model import ModelResponse


def delta(finish: str | None = None, **fields: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def piece(arguments: object = None, **fields: object) -> dict[str, object]:
    name = fields.pop("name", None)
    return delta(tool_calls=[{**fields, "function": {"name": name, "arguments": arguments}}])


def read(data: bytes, *, at_once: int | None = None) -> tuple[str, ModelResponse]:
    """What is shown and what comes out, fed in pieces of ``at_once`` bytes."""
    answer, size = Answer(), at_once or len(data) or 1
    shown = "".join(answer.feed(data[start : start + size]) for start in range(0, len(data), size))
    return shown + answer.end(), answer.response("m", body_bytes=400)


def stream(*chunks: object, done: bool = True) -> bytes:
    return b"".join(events(*chunks, done=done))


HELLO = stream(delta(role="assistant", content=None), delta(content="Grüße, "), delta(content="Anna"), delta("stop"))


@pytest.mark.parametrize("at_once", [1, 2, 7, 50, 10_000])
def test_it_does_not_matter_where_the_network_cuts(at_once: int):
    shown, response = read(HELLO, at_once=at_once)
    assert shown == response.text == "Grüße, Anna"
    assert response.finish == "stop"


@pytest.mark.parametrize(
    "data",
    [
        HELLO.replace(b"\n", b"\r\n"),
        HELLO.replace(b"data: ", b"data:"),
        HELLO.replace(b"\n\n", b"\n"),
        b": keep-alive\n\n" + HELLO.replace(b"data: ", b": ping\n\nevent: message\nid: 1\ndata: "),
        HELLO.removesuffix(b"data: [DONE]\n\n"),
        HELLO.removesuffix(b"data: [DONE]\n\n").rstrip(b"\n"),
        b'data: "ping"\n\ndata: {}\n\ndata: nonsense\n\n' + HELLO,
        HELLO.replace(b'{"choices":', b'{\ndata: "choices":'),
        b"\n\n" + HELLO,
    ],
    ids=["crlf", "no space", "single line ends", "comments", "no DONE", "no last line end", "noise", "split", "blank"],
)
def test_loose_framing(data: bytes):
    assert read(data)[1].text == "Grüße, Anna"


@pytest.mark.parametrize(
    "chunks",
    [
        [piece('{"a":1}', index=0, id="c1", name="look")],
        [piece("", index=0, id="c1", name="look"), piece('{"a"', index=0), piece(":1}", index=0)],
        [piece('{"a"', index=0, id="c1", name="look"), piece(":1}", index=0, id="c1", name="look")],
        [piece('{"a"', id="c1", name="look"), piece(":1}")],
        [piece('{"a"', id="c1", name="look"), piece(":1}", id="c1")],
        [piece({"a": 1}, index=0, id="c1", name="look")],
    ],
    ids=["whole", "in pieces", "id repeated", "no index", "no index, id repeated", "arguments as object"],
)
def test_a_call_is_the_same_however_it_comes(chunks: list[object]):
    _, response = read(stream(*chunks, delta("tool_calls")))
    (call,) = response.calls
    assert (call.id, call.name, orjson.loads(call.arguments)) == ("c1", "look", {"a": 1})
    assert response.finish == "tool_calls"


@pytest.mark.parametrize(
    "chunks",
    [
        [piece("{}", index=0, id="c1", name="one"), piece("{}", index=1, id="c2", name="two")],
        [piece("{}", id="c1", name="one"), piece("{}", id="c2", name="two")],
        [piece("{}", index=0, id="c1", name="one"), piece("{}", index=0, id="c2", name="two")],
        [piece("{}", name="one"), piece("{}", name="two")],
        [piece("{", index=0, id="c1", name="one"), piece("{}", index=1, id="c2", name="two"), piece("}", index=0)],
    ],
    ids=["indexed", "no index", "all index 0", "no id, no index", "interleaved"],
)
def test_two_calls_stay_two(chunks: list[object]):
    _, response = read(stream(*chunks, delta("stop")))
    assert [(call.name, call.arguments) for call in response.calls] == [("one", "{}"), ("two", "{}")]
    assert len({call.id for call in response.calls}) == 2
    assert response.finish == "tool_calls", "calls are calls, whatever the server says of its end"


def test_a_call_without_arguments_has_an_empty_object():
    _, response = read(stream(piece(None, index=0, id="c1", name="list_orders"), delta("tool_calls")))
    assert response.calls[0].arguments == "{}"


def test_a_function_call_of_the_older_form():
    _, response = read(stream(delta(function_call={"name": "look", "arguments": "{}"}), delta("function_call")))
    assert (response.calls[0].name, response.finish) == ("look", "tool_calls")


def test_content_as_parts_refusals_and_reasoning():
    thought = delta(reasoning_content="Let me see.")
    _, response = read(
        stream(thought, delta(content=[{"type": "text", "text": "Well."}]), delta("stop", refusal=" No."))
    )
    assert (response.text, response.reasoning) == ("Well. No.", "Let me see.")


@pytest.mark.parametrize("finish", ["length", "max_tokens", "model_length"])
def test_a_cut_answer_says_so(finish: str):
    assert read(stream(delta(content="It is"), delta(finish)))[1].finish == "length"


def test_usage_with_what_was_cached_and_thought():
    usage = {
        "prompt_tokens": 900,
        "completion_tokens": 50,
        "prompt_tokens_details": {"cached_tokens": 512},
        "completion_tokens_details": {"reasoning_tokens": 20},
    }
    told = read(stream(delta(content="Yes"), delta("stop"), {"choices": [], "usage": usage}))[1].usage
    assert (told.input_tokens, told.output_tokens, told.cached_tokens, told.reasoning_tokens) == (900, 50, 512, 20)
    assert not told.estimated


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": None}, {"prompt_tokens": 0}])
def test_usage_is_estimated_where_none_is_told(usage: object):
    told = read(stream(delta(content="Eight characters or so"), delta("stop"), {"choices": [], "usage": usage}))[
        1
    ].usage
    assert told.estimated
    assert told.input_tokens == 101
    assert told.output_tokens > 1


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ({"error": {"message": "CUDA out of memory", "type": "server_error"}}, ModelOverloaded),
        ({"error": {"message": "rate limited", "code": 429}}, ModelOverloaded),
        ({"error": {"message": "context too long", "code": "400"}}, ModelRefused),
        ({"error": "the model has crashed"}, ModelOverloaded),
        ({"object": "error", "message": "bad request", "code": 400}, ModelRefused),
        (delta("error"), ModelOverloaded),
        (delta("content_filter"), ModelRefused),
    ],
)
def test_an_error_inside_the_stream(trouble: object, error: type[Exception]):
    with pytest.raises(error):
        read(stream(delta(content=""), trouble))


@pytest.mark.parametrize("data", [b"", b"\n", b": ping\n\n", stream(delta(content="It is"), done=False), b'{"choi'])
def test_an_answer_that_is_not_whole(data: bytes):
    with pytest.raises(ModelTimeout, match="broke off"):
        read(data)


def test_one_body_where_a_stream_was_asked_for():
    message = {"content": None, "tool_calls": [{"id": "c1", "function": {"name": "look", "arguments": "{}"}}]}
    usage = {"prompt_tokens": 9, "completion_tokens": 3}
    _, response = read(orjson.dumps({"choices": [{"message": message}], "usage": usage}), at_once=11)
    assert (response.calls[0].name, response.usage.input_tokens) == ("look", 9)


def test_the_body_is_valid_json_around_the_stored_parts():
    request = wire.request_of(wire.user('He said "yes"'), wire.user("%d%b"), max_output_tokens=9)
    body = orjson.loads(body_of(request, model=orjson.dumps('odd "name"'), limit_field="max_completion_tokens"))
    assert [message["content"] for message in body["messages"]] == ['He said "yes"', "%d%b"]
    assert (body["model"], body["max_completion_tokens"]) == ('odd "name"', 9)
