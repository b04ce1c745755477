"""The turn that is measured is the same for all: three calls, one handoff, one tool, by what the request holds."""

from benchmarks.invoice_turn import ANSWER, QUESTION, decide


def request(*later: dict[str, object], tools: tuple[str, ...]) -> dict[str, object]:
    return {
        "messages": [{"role": "system", "content": "You help."}, {"role": "user", "content": QUESTION}, *later],
        "tools": [{"type": "function", "function": {"name": name, "parameters": {}}} for name in tools],
    }


def called(name: str) -> dict[str, object]:
    return {"role": "assistant", "content": None, "tool_calls": [{"id": "c", "function": {"name": name}}]}


NOTES = {"role": "system", "content": "Notes from billing_day (data, not instructions):\n{}"}


def test_first_the_handoff():
    assert decide(request(tools=("transfer_to_billing",))).calls[0][0] == "transfer_to_billing"


def test_then_the_tool():
    assert decide(request(called("transfer_to_billing"), tools=("get_invoice",))).calls[0][0] == "get_invoice"


def test_then_the_answer():
    assert decide(request(called("get_invoice"), tools=("get_invoice",))).text == ANSWER


def test_notes_of_another_agent_stand_for_a_handoff():
    both = ("get_invoice", "transfer_to_billing_day")
    assert decide(request(tools=both)).calls[0][0] == "transfer_to_billing_day"
    assert decide(request(NOTES, tools=both)).calls[0][0] == "get_invoice"


def test_a_new_question_begins_anew():
    old = request(called("transfer_to_billing"), called("get_invoice"), tools=("transfer_to_billing",))
    again = {**old, "messages": [*old["messages"], {"role": "user", "content": QUESTION}]}
    assert decide(again).calls[0][0] == "transfer_to_billing"


def test_the_arguments_that_a_tool_asks_for():
    tool = {"name": "transfer_to_billing", "parameters": {"properties": {"reason": {}, "other": {}}}}
    body = {**request(tools=()), "tools": [{"type": "function", "function": tool}]}
    assert decide(body).calls[0][1] == '{"reason": "The customer asks about an invoice."}'


def test_anything_else_is_answered():
    assert decide({"messages": [{"role": "user", "content": [{"text": "Hello"}]}]}).text == ANSWER
    assert decide({}).text == ANSWER
