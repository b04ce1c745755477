"""What a customer prefers, in their own statements: a topic of the vocabulary, a name, a budget, a brand, a note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from agents.learning.brands import brands_in
from agents.learning.guard import is_sensitive
from agents.learning.names_and_money import CALLED, budget_cents_in, names_in, time_in
from agents.learning.sentences import Statement
from agents.learning.stance import Stance, stance_of
from agents.learning.turn import Finding
from agents.learning.words import BUDGET, TITLES, TOPICS, Topic, one_of, words

_I: Final = re.IGNORECASE
DROPPED: Final = "none"  # the value of a wish that the customer took back
_WORDS_MOST, _SLUG_WORDS = 14, 6
_NAMES: Final = ("name", "brand", "avoid_brand", "delivery_address", "email", "plan")
_LEAVE: Final = re.compile(rf"{one_of('places', 'leave')} (?P<where>{one_of('places', 'where')}[^,.;]+)", _I)
_PACKAGING: Final = re.compile(
    r"\b(?P<wrap>(?:no |without |less |only )?(?:[\w-]+ )?(?:packaging|wrapping)|gift[- ]wrap\w*)", _I
)
_REMEMBER: Final = re.compile(
    rf"^{one_of('stance', 'remember')}(?: (?:for next time|please))?[,:]? ?(?:that )?"
    r"(?P<what>(?!\s|to\b|of\b|when\b|how\b|it$|this$|that$).{4,160})",
    _I,
)
_PREFER: Final = re.compile(
    rf"{one_of('stance', 'prefer')} (?P<what>(?!not\b)(?!that\b)(?!.*\b(?:this|it|you)\b).{{3,160}})", _I
)
_CUT: Final = re.compile(r"\b(?:please|pls|thanks|thank you|from now on|always|but|if possible)\b.*$|[,;:(].*$", _I)
_DENIED: Final = re.compile(r"\b(?:don't|do not|not|never) (?:\w+ ){0,2}$", _I)
_DULL: Final = words("stance", "dull")


def preferences(said: Iterable[Statement]) -> Iterator[Finding]:
    """What these statements prefer, in order; the last word on a key counts."""
    last = ""
    for statement in said:
        for finding in _of(statement, last):
            yield finding
            last = finding.key


def own_words(words: str) -> Finding:
    """A note in the customer's own words; its key is made of them, so that saying it again is the same note."""
    told = " ".join(words.split())[:160].strip(" ,.!")
    bare = re.findall(r"\w+", _DULL.sub(" ", told.casefold().replace("'", "")))
    return preference("_".join(["note", *bare[:_SLUG_WORDS]])[:60], told)


def tells_too_much(finding: Finding) -> bool:
    """Whether it is sensitive; names, brands and addresses are what they are (Christian, Church Street)."""
    return finding.key not in _NAMES and is_sensitive(
        f"{finding.key.replace('_', ' ')}: {finding.value} {finding.text}"
    )


def preference(key: str, value: str) -> Finding:
    """A preference of the vocabulary as a sentence."""
    if value == DROPPED:
        return Finding("preference", key, value, f"{TITLES.get(key, _plain(key))}: taken back")
    if key.startswith("note_"):
        return Finding("preference", key, value, f"The customer's own words: {value}")
    if key == BUDGET and value.isdigit():
        return Finding("preference", key, value, f"Budget: at most {int(value) / 100:,.2f}")
    return Finding("preference", key, value, f"{TITLES.get(key, _plain(key))}: {value}")


def _plain(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _of(statement: Statement, last: str) -> Iterator[Finding]:
    clause = statement.text
    found = [preference("name", name) for name in names_in(clause)]
    if (most := budget_cents_in(clause, corrected=last == BUDGET)) is not None:
        found.append(preference(BUDGET, str(most)))
    if (stance := stance_of(clause)) is not None:
        found += _wishes(stance, clause, corrected=last if statement.corrects else "")
    found = [finding for finding in found if not tells_too_much(finding)]
    if not found and (match := _REMEMBER.search(clause)):
        found = [own_words(match["what"])]  # asked for in so many words: even what is sensitive
    elif not found and stance is not None and (match := _PREFER.search(clause)):
        words = _CUT.sub("", match["what"]).strip()
        is_kept = 0 < len(words.split()) <= _WORDS_MOST and not is_sensitive(match["what"])
        found = [own_words(words)] if is_kept else []
    yield from found


def _wishes(stance: Stance, clause: str, *, corrected: str) -> Iterator[Finding]:
    time = time_in(clause) if stance.lasting else ""
    if time:
        yield preference("contact_time", f"not {time}" if time in stance.turned_down else time)
    no_channel = time or CALLED.search(clause)  # "call me Sam" and "call me after six" name no channel
    for topic in TOPICS:
        if topic.key == "contact_channel" and no_channel:
            continue
        if value := _value(topic, stance, clause, lasting=stance.lasting or topic.at_once or topic.key == corrected):
            yield preference(topic.key, value)
    if stance.lasting:
        yield from (preference(key, name) for key, name in brands_in(stance))
        if match := _PACKAGING.search(clause):
            yield preference("packaging", match["wrap"].strip())
    if (match := _LEAVE.search(clause)) and not re.search(r"\b(?:did|was|left)\b", clause, _I):
        yield preference("delivery_note", _CUT.sub("", match["where"]).strip())


def _value(topic: Topic, stance: Stance, clause: str, *, lasting: bool) -> str:
    """What the clause makes of the topic, or ''."""
    if (topic.needs and not topic.needs.search(clause)) or (topic.not_with and topic.not_with.search(clause)):
        return ""
    for value, says in topic.told.items():
        if match := says.search(clause):
            return topic.opposite[value] if topic.opposite and _DENIED.search(clause, 0, match.start()) else value
    for value, says in topic.values.items() if lasting else ():
        if says.search(stance.wanted):
            return value
        if says.search(stance.turned_down) and not any(other.search(stance.wanted) for other in topic.values.values()):
            return topic.opposite.get(value, "") if topic.opposite else f"not {value}"
    return ""
