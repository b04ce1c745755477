"""The account itself: locked, password, details, closing."""

from __future__ import annotations

import re

from agents.models.offline import asking, wording
from agents.models.offline.state import Task
from agents.models.offline.talk import Talk
from agents.shop.results.account import Account, AccountClosed, PasswordReset, Unlocked


def unlock(talk: Talk, task: Task) -> str:
    """Unlock the account after a yes; an open one is said to be open."""
    talk.stay_with("unlock_account")
    account = talk.must(Account, "get_account")
    if not account.locked:
        if talk.state.deed("unlock_account"):
            return (
                "Your account is unlocked; you can log in again. If the password fails, I can send you a "
                "link for a new one."
            )
        raise asking.offer(
            f"Your account ({account.email}) is not locked. If the password does not work, I can mail you a link "
            "for a new one. Shall I?",
            "reset_password",
            "a link for a new password",
        )
    why = f" ({account.lock_reason.rstrip('.')})" if account.lock_reason else ""
    asking.confirm(
        task, f"Your account ({account.email}) is locked{why}. Shall I unlock it now?", "unlocking your account"
    )
    done = talk.act(Unlocked, "unlock_account", "unlocked your account")
    return f"Done: the account {done.email} is unlocked, you can log in again."


def reset_password(talk: Talk, task: Task) -> str:
    """Mail a link for a new password after a yes; a question about it only gets explained."""
    talk.stay_with("reset_password")
    account = talk.must(Account, "get_account")
    if task.act == "question":
        return (
            f"When you ask for it, I mail a link to {account.email}; with it you choose a new password yourself. "
            "I never see it, and "
            "nothing is sent before you ask."
        )
    asking.confirm(
        task,
        f"I would mail a link for a new password to **{account.email}**. Shall I send it?",
        "the link for a new password",
    )
    done = talk.act(PasswordReset, "reset_password", "mailed you a link for a new password")
    sent = f"Done: a link for a new password is on its way to {done.sent_to}."
    if account.locked:
        text = f"{sent} By the way, your account is still locked. Shall we see to that too?"
        raise asking.offer(text, "unlock_account", "unlocking your account")
    return sent


def close(talk: Talk, task: Task) -> str:
    """Ask for the account to be closed; a person always approves that."""
    talk.stay_with("close_account")
    waiting = next((w for w in talk.facts.pending_approvals if w.what == "close_account"), None)
    if waiting is not None and not task.confirmed:
        return f"Closing your account is already with a colleague for approval, as request **{waiting.number}**."
    account = talk.must(Account, "get_account")
    if task.act == "question":
        return (
            "If you ask me to close your account, a colleague approves it first; after that you can't log in "
            "any more. Nothing happens before."
        )
    asking.confirm(
        task,
        f"I would ask for your account ({account.email}) to be closed for good. A colleague has to approve that "
        "first. Are you sure?",
        "closing your account",
    )
    talk.act(AccountClosed, "close_account", "asked for your account to be closed")
    return f"Your account {account.email} is closed."


def details(talk: Talk, task: Task) -> str:
    """What is kept of the customer."""
    talk.stay_with("get_account")
    account = talk.must(Account, "get_account")
    state = "locked" if account.locked else "open"
    news = "on" if account.newsletter else "off"
    if re.search(r"\baddress\b", task.text, re.I):
        return f"The address on your account is {account.address}."
    return (
        f"This is your account: {account.name}, {account.email}, {account.address}; {state}, newsletter {news}, "
        f"customer since {wording.day(account.member_since)}."
    )
