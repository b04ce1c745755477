"""Results in words a customer reads: no braces, no internal names, no secrets."""

from __future__ import annotations

import json

import pytest

from baton.chat.results import readable


def test_a_row_is_one_line_with_amounts_and_dates_as_people_write_them():
    row = {
        "payment_id": "P-1",
        "order_id": "V-10021",
        "amount_cents": 125_900,
        "captured_on": "2026-11-16",
        "method": "Visa ending 4242",
    }
    shown = readable(json.dumps({"payments": [row], "duplicates": []}))
    assert shown == "- V-10021, 1,259.00, captured 16 Nov 2026, Visa ending 4242"


def test_fields_are_a_list_under_their_plain_names():
    shown = readable('{"refund_id": "V-REF-1", "amount_cents": 5900, "working_days_min": 5, "closed_on": null}')
    assert shown == "- refund: V-REF-1\n- amount: 59.00\n- working days min: 5"


def test_a_problem_is_its_sentence():
    error = {"code": "not_found", "message": "No order V-1 on this account.", "suggested_action": "call list_orders"}
    assert readable(json.dumps({"error": error})) == "No order V-1 on this account."


@pytest.mark.parametrize("name", ["idempotency_key", "token", "new_password", "suggested_action"])
def test_what_customers_must_not_read_is_left_out(name):
    assert readable(json.dumps({name: "s3cret", "status": "ok"})) == "- status: ok"


@pytest.mark.parametrize("content", ["", "not json", "{}", "[]", "null", "3", '{"rows": []}'])
def test_nothing_to_show_is_nothing(content):
    assert readable(content) == ""


def test_long_results_are_cut():
    shown = readable(json.dumps({"rows": [{"name": f"row {number}"} for number in range(40)]}))
    assert shown.count("\n") == 8
    assert shown.endswith("…")
