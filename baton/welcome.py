"""What `baton run` prints: where to go, who to be, which model answers, where data lives, how to stop."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agents.shop.people import CUSTOMERS, OPERATORS
from baton.commands.output import out
from baton.settings import Settings


def welcome(settings: Settings, model_notice: str) -> None:
    """Print all of it."""
    console = out()
    console.print(Text.assemble("\nBaton is at ", (settings.address, "bold underline")))
    if settings.demo:
        _logins(settings, console)
    else:
        console.print(Text("The demo logins are off (BATON_DEMO)."))
    facts = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    facts.add_row("Answers", model_notice)
    facts.add_row("Data", _data(settings))
    facts.add_row("Look inside", "baton trace show last · baton approvals list · baton doctor")
    facts.add_row("Stop", "Ctrl-C; what runs is finished or resumed at the next start")
    console.print(facts)


def _logins(settings: Settings, console: Console) -> None:
    console.print(Text.assemble("\nLog in as one of these; every password is ", (settings.demo_password, "bold")))
    customers = Table("customer", "situation", "try saying", box=None, padding=(0, 2, 0, 0))
    for customer in CUSTOMERS:
        customers.add_row(Text(customer.email, style="cyan"), customer.situation, Text(f"“{customer.try_saying}”"))
    console.print(customers)
    staff = ", ".join(
        f"{operator.email} ({operator.role} of {' and '.join(operator.tenants)})" for operator in OPERATORS
    )
    console.print(Text.assemble("\nOperators and editors at ", (f"{settings.address}/operator", "bold underline")))
    console.print(Text(f"and with `--as LOGIN` on the command line: {staff}\n"))


def _data(settings: Settings) -> str:
    places = [f"in {settings.data_folder.absolute()}"]
    if settings.redis_url:
        places.append("conversations in the Redis of BATON_REDIS_URL")
    if settings.database_url:
        places.append("the shop in the database of BATON_DATABASE_URL")
    return ", ".join(places)
