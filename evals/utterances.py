"""Single utterances, offline: is the right agent first, the right tool first, and is the rest declined?

    python -m evals.utterances --data PATH [--split train] [--failures 10]

PATH is the folder of evaluation data (bitext-*.csv, clinc-oos-dev.json). Where two agents share a matter, either counts
(``_EITHER``). CONTACT is right when a person would be offered: ``ask_for_person`` ranks first.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agents.entry import EntryRoute
from agents.models.offline.reader import Reader
from agents.team import TEAM
from memory.longterm.embed import Embedder

OWN_IN_SCOPE = Path(__file__).parent / "suites" / "in_scope_200.txt"
_PERSON = "ask_for_person"
_HELP = "search_help"
_AGENT_OF_CATEGORY = {
    "INVOICE": "billing",
    "PAYMENT": "billing",
    "REFUND": "billing",
    "CANCELLATION_FEE": "billing",
    "ACCOUNT": "support",
    "DELIVERY": "support",
    "SHIPPING_ADDRESS": "support",
    "FEEDBACK": "support",
    "ORDER": "support",
    "NEWSLETTER": "sales",
    "CONTACT": _PERSON,
}
# Matters that two agents share in this team. Support knows parcels, sales how delivery works before buying; the
# cancellation fee is a tool of billing and of support.
_EITHER = {
    "place_order": {"sales"},
    "delivery_options": {"support", "sales"},
    "delivery_period": {"support", "sales"},
    "check_cancellation_fee": {"billing", "support"},
}
# Intent -> tools that serve it. The shop has no tool of its own for opening or switching accounts and for trouble with
# signing up: the help articles serve those. Reviews and complaints become tickets.
TOOLS_OF_INTENT: Mapping[str, frozenset[str]] = {
    intent: frozenset(tools.split())
    for intent, tools in {
        "cancel_order": "cancel_order",
        "change_order": "change_order_quantity",
        "change_shipping_address": "change_order_address change_account_address",
        "check_cancellation_fee": "cancellation_fee",
        "check_invoice": "list_invoices get_invoice",
        "check_payment_methods": "list_payment_methods",
        "check_refund_policy": "refund_policy",
        "complaint": "open_ticket",
        "contact_customer_service": _PERSON,
        "contact_human_agent": _PERSON,
        "create_account": _HELP,
        "delete_account": "close_account",
        "delivery_options": "delivery_options",
        "delivery_period": "delivery_options track_order",
        "edit_account": "get_account change_account_address",
        "get_invoice": "list_invoices get_invoice resend_invoice",
        "get_refund": "refund_payment refund_options",
        "newsletter_subscription": "set_newsletter",
        "payment_issue": "list_payments open_ticket",
        "place_order": "place_order search_products",
        "recover_password": "reset_password",
        "registration_problems": f"{_HELP} open_ticket",
        "review": "open_ticket",
        "set_up_shipping_address": "change_order_address change_account_address",
        "switch_account": _HELP,
        "track_order": "track_order list_orders",
        "track_refund": "track_refunds",
    }.items()
}


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One labelled utterance and what became of it."""

    utterance: str
    intent: str
    agent_right: bool
    tool_right: bool
    rule: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """The four figures, as shares of one, and what went wrong."""

    judged: tuple[Judged, ...]
    out_of_scope_declined: float
    in_scope_declined: float
    declined_wrongly: tuple[str, ...]
    accepted_wrongly: tuple[str, ...]

    @property
    def first_agent(self) -> float:
        return _share(judged.agent_right for judged in self.judged)

    @property
    def right_tool(self) -> float:
        return _share(judged.tool_right for judged in self.judged)


async def evaluate(reader: Reader, data: Path, split: str) -> Report:
    """Read every utterance of the split, the out-of-scope queries and our own in-scope suite."""
    with (data / f"bitext-{split}.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["utterance"]: row for row in csv.DictReader(file)}
    queries = [text for rows_ in json.loads((data / "clinc-oos-dev.json").read_text()).values() for text, _ in rows_]
    own = [line for line in OWN_IN_SCOPE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    judged = await asyncio.gather(*(_judge(reader, text, row["intent"], row["category"]) for text, row in rows.items()))
    accepted = [query for query in queries if (await reader.read(query)).in_scope]
    declined = [line for line in own if not (await reader.read(line)).in_scope]
    return Report(
        judged=tuple(judged),
        out_of_scope_declined=1 - len(accepted) / len(queries),
        in_scope_declined=len(declined) / len(own),
        declined_wrongly=tuple(declined),
        accepted_wrongly=tuple(accepted),
    )


async def _judge(reader: Reader, utterance: str, intent: str, category: str) -> Judged:
    routed = await EntryRoute(reader, TEAM).route(utterance)
    reading = await reader.read(utterance)
    wanted = _EITHER.get(intent, {_AGENT_OF_CATEGORY[category]})
    offered = _PERSON if routed.rule == "person" else routed.agent
    declined = routed.rule in ("out_of_scope", "chitchat") or routed.rule.startswith("language")
    return Judged(
        utterance=utterance,
        intent=intent,
        agent_right=offered in wanted and not declined,
        tool_right=reading.tools[0].name in TOOLS_OF_INTENT[intent],
        rule=routed.rule,
    )


def show(report: Report, failures: int) -> None:
    """Print the figures beside their bars, then what went wrong."""
    console = Console()
    table = Table("what", "measured", "bar", title="Single utterances, offline")
    table.add_row(f"first agent right ({len(report.judged)})", f"{report.first_agent:.2%}", "≥ 97 %")
    table.add_row("right tool, where one exists", f"{report.right_tool:.2%}", "≥ 85 %")
    table.add_row("out-of-scope queries declined", f"{report.out_of_scope_declined:.2%}", "≥ 90 %")
    table.add_row("our own in-scope sentences declined", f"{report.in_scope_declined:.2%}", "≤ 5 %")
    console.print(table)
    wrong: defaultdict[str, list[Judged]] = defaultdict(list)
    for judged in report.judged:
        if not (judged.agent_right and judged.tool_right):
            wrong[judged.intent].append(judged)
    counts = Counter({intent: len(found) for intent, found in wrong.items()})
    for intent, count in counts.most_common():
        console.print(f"{intent}: {count} wrong")
        for judged in wrong[intent][:failures]:
            console.print(f"    {judged.rule:32} {judged.utterance}", markup=False)
    for title, texts in (("declined", report.declined_wrongly), ("accepted", report.accepted_wrongly)):
        for text in texts[:failures]:
            console.print(f"wrongly {title}: {text}", markup=False)


def _share(rights: Iterable[bool]) -> float:
    seen = list(rights)
    return sum(seen) / len(seen) if seen else 0.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m evals.utterances", description="Single utterances, offline.")
    parser.add_argument("--data", type=Path, required=True, help="folder with the evaluation data")
    parser.add_argument("--split", choices=("dev", "train"), default="dev")
    parser.add_argument("--failures", type=int, default=0, help="how many failures to print per intent")
    options = parser.parse_args(arguments)
    embedder = Embedder()
    try:
        show(asyncio.run(evaluate(Reader(embedder, TEAM), options.data, options.split)), options.failures)
    finally:
        embedder.close()


if __name__ == "__main__":
    main()
