"""Which matter a request is about: telling words first, where they are sure; else what the reader finds likeliest."""

from __future__ import annotations

import re
from typing import NamedTuple

from agents.models.offline.reader import Reading
from agents.models.offline.slots import INVOICE_ID, ORDER_ID, REFUND_ID, address, mails
from agents.models.offline.state import Act

_SURE = 0.5
DECLINE, FOLLOW_UP, PLANTED, ACKNOWLEDGE = "decline", "follow_up", "planted", "acknowledge"
CHAT = ("greeting", "thanks", "goodbye", "robot", "abilities", "compliment", "insult", "frustration")


_LOOSE = ("help", "signup_problem", "create_account", "switch_account", "review", "complaint", "account_details")
_ON_ACCOUNT = ("account_details", "account_address")
_ON_PRODUCTS = ("find_product", "product_detail", "compare_products", "place_order", "quote")
_ON_REFUNDS = ("refund_me", "duplicate_charge", "refund_status", "refund_options")
_HOW_LONG = re.compile(r"\bhow (?:long|many days|soon|fast|quick\w*)\b|\bwhen (?:exactly|then|would|will|does|is)\b", re.I)
_FIELD = re.compile(r"\b(?:warranty|guarantee|battery|charge|weigh\w*|heavy|ports?|price|cost|in stock|available|colou?rs?|waterproof|bluetooth|screen|size)\b", re.I)
_GOES_ON = re.compile(r"^\W*(?:but|so|and|then|ok|well)\b|\b(?:it|that|this|they|them|there|those)\b", re.I)
_NEXT = re.compile(r"\bautomatic\w*\b|\b(?:do|must|should) i (?:have|need)?\b|\bwhat(?:'s| is| happens)? next\b|\bthen what\b|\bwhat now\b|\bpaid\b", re.I)


class Found(NamedTuple):
    """A matter with the rule that decided on it."""

    matter: str
    rule: str


class Cue(NamedTuple):
    """Words that tell a matter by themselves; ``unless`` takes it back."""

    matter: str
    words: re.Pattern[str]
    unless: re.Pattern[str] | None = None


def _cue(matter: str, words: str, unless: str = "") -> Cue:
    return Cue(matter, re.compile(words, re.I), re.compile(unless, re.I) if unless else None)


_PERSON = r"\b(?:human|person|someone|somebody|staff|representative|agent|operator|manager|supervisor|boss|colleague|employee|real (?:human|person|one)|people|team member|advisor)\b"
_MONEY = r"\b(?:money|refund(?:ed)?|reimbursement|cash|amount|59|89|payment back|euros?)\b"
_PRODUCT = r"\b(?:headphones?|headsets?|mouse|mice|laptops?|monitors?|hubs?|keyboards?|speakers?|tablets?|chargers?|cables?|webcams?|routers?|printers?|aria|breeze|cove|pebble|slate|product|model)\b"

CUES = (
    _cue(PLANTED, r"^\s*(?:system|assistant|developer)\s*:|\[/?\s*(?:tool|system|assistant)[ _]?(?:result|message|output)?\s*\]|<\|?(?:system|tool|im_start)|\bignore (?:all |your |the |any |previous |prior |my )*(?:rules|instructions|prompt)|\b(?:system prompt|your (?:prompt|instructions)|debug mode|developer mode|admin mode|jailbreak)\b|\b(?:i'?m|i am|as) (?:an? |the )?(?:admin(?:istrator)?|operator|developer|employee|manager|ceo|owner) (?:of|at|from|here)\b|\b(?:customer database|other customers|all customers)\b|\b(?:the|that|other) (?:customer|owner|person)(?:'s)? (?:name|address|e-?mail|phone|details)\b|\bwhose (?:order|account)\b|\bwho (?:owns|ordered|bought)\b"),
    _cue(PLANTED, r"\b(?:refunds?|payments?|orders?|cancel\w*|money|you)\b.*\b(?:never|without|no longer|not|don'?t)\b.*\b(?:need|require|ask|want|wait)?\w*\b.*\b(?:confirmations?|confirm|approvals?|permission)\b|\bwithout (?:asking|confirm\w*|approval)\b"),
    _cue("person", rf"\b(?:talk|speak|chat|connect|transfer|put me|pass me|give me|get me|want|need|call|prefer|ask for|may i have|could i have|see|let)\b[^.?!]{{0,40}}{_PERSON}", r"\b(?:no|not|don'?t|without) (?:a |any |the )?(?:human|person)\b|\bperson(?:al|s)\b|\bfor (?:a|one) person\b|\b(?:can|could|does|did|will) (?:someone|somebody)\b|\b(?:someone|somebody|people) (?:to|who) (?!talk|speak|help)"),
    _cue("person", rf"^(?:a |an |the )?(?:real |actual |live )?(?:human|person|manager|supervisor|operator|agent|representative)\b[^?]*$|\bescalate\b|\bsomebody in charge\b|\b(?:real|actual|live) (?:human|person|agent)\b|\bcustomer service\b.*\b(?:number|phone|call)\b", r"\b(?:no|not|don'?t|without) (?:a |any |the )?(?:human|person)\b|\bare you\b"),
    _cue("preference", r"\b(?:remember|keep in mind|bear in mind|don'?t forget|note) (?:that|for|please|my|i|we|it|me)\b|\bin mind\b|\bfrom now on\b|\b(?:call|address) me (?!back|at|on|when|if|a |an )\w+|\bmy name is\b|\bi(?:'m| am)? (?:really |absolutely |just )?(?:hate|can'?t stand|dislike|prefer|always want|only (?:want|buy|like|use)|never (?:want|buy)|don'?t (?:like|want any))\b|\bmy (?:max(?:imum)? )?budget\b|\bbudget (?:is|of)\b", r"\b(?:mastercard|visa|paypal|card|deliver\w*|ship\w*|password|newsletter|order|invoice)\b"),
    _cue("duplicate_charge", r"\b(?:charg|bill(?:ed|ing)|paid|pay|debit|captur|took|taken|deduct|book)\w*\b.*\b(?:twice|two times|2x|2 times|double|doubled|again|two payments)\b|\b(?:twice|two times|2x|2 times|double|doubled)\b.*\b(?:charg|bill|paid|pay|payment|debit|captur|statement|bank)\w*|\b(?:double|duplicate|second|extra|wrong|doubled|two) (?:\w+ )?(?:payment|charge|billing|debit|booking)s?\b|\bduplicate\b|\bone of (?:my|the) (?:two )?payments\b|\bstatement\b.*\b(?:two|twice|2)\b", r"\b(?:refund(?:ed)?|cancel\w*) (?:me )?twice\b|\bwhy is there a second mail\b"),
    _cue("duplicate_charge", r"\bwhich (?:one|payment|charge|of (?:them|these))\b.*\b(?:double|twice|wrong|duplicate|extra)\b"),
    _cue("cancellation_fee", r"\bcancel\w*\b.*\b(?:fees?|costs?|charges?|penalty|free of charge|for free|how much|pay)\b|\b(?:fees?|costs?|charges?|penalty|how much)\b.*\bcancel\w*", r"\b(?:please|pls) cancel\b|\bcancel\b.*\b(?:found|cheaper|charged)\b"),
    _cue("refund_status", r"\b(?:when|where|how long|until|till|how soon|how many days)\b.*\b(?:money|refund\w*|reimburse\w*|cash|back on my|on my account|on my card|in my account|back in my)\b|\b(?:has|is|did|was|have)\b[^.?!]{0,20}\b(?:my|the|this|that)\b[^.?!]{0,14}\b(?:refund|money)\b(?! back (?:if|possible))|\bstill (?:no|waiting for|have no|don'?t have)\b.*\b(?:money|refund)\b|\brefund (?:status|progress|update)\b|\bstatus of (?:my|the) refund\b|\bback to the refund\b|\bwhich order was (?:that|the refund|it) for\b|\b(?:no|never (?:got|received|saw)) (?:money|my (?:money|refund)|refund)\b|\brefund\b.*\b(?:not |n'?t |never )(?:arrived|there|here|come|received|on my)|\btrack\w* (?:my |the )?refund", r"\b(?:when|how long|how many days)\b.*\b(?:can|could|may|do) i (?:return|send|have to return)\b|\bget (?:my )?money back (?:if|for)\b"),
    _cue("return_window", r"\b(?:how long|how many days|until when|till when|by when|deadline|within)\b.*\b(?:return|send (?:\w+ )?back|give (?:\w+ )?back|bring back)|\bwhen\b.*\breturn\b.*\b(?:until|till|latest)\b|\breturn (?:policy|window|period|deadline|rules|conditions)\b|\brefund policy\b"),
    _cue("correct_invoice", r"\b(?:invoice|bill|receipt)\b.*\b(?:wrong|old|correct|incorrect|change|fix|update|mistake|outdated|former|address)\b|\b(?:wrong|old|correct|incorrect|change|fix|update|mistake|outdated|address)\b.*\b(?:invoice|bill|receipt)\b", r"\bbilled\b|\bcharg"),
    _cue("send_invoice", r"\b(?:send|resend|mail|email|e-mail|forward|post)\b.*\b(?:invoice|receipt|bill)\b|\b(?:invoice|receipt|bill)\b.*\b(?:again|to my (?:mail|email|inbox)|by (?:mail|email)|resend|resent)\b"),
    _cue("find_invoice", r"\b(?:invoices?|receipts?|bills)\b"),
    _cue("change_payment_method", r"\b(?:change|switch|update|use|set|make|replace|different|other|another|default)\b.*\b(?:payment method|card on file|default card|paypal|credit card|visa|mastercard|method of payment)\b"),
    _cue("payment_methods", r"\b(?:payment methods?|cards? (?:on file|stored|saved)|which (?:card|payment)|ways? to pay|how can i pay|payment options)\b"),
    _cue("unlock_account", r"\b(?:unlock|locked|blocked|lock(?:ed)? out|log ?in|login|sign in|logged out|get into my account|access my account)\b", r"\bpassword\b|\bhub\b"),
    _cue("reset_password", r"\bpass ?(?:word|code|phrase)s?\b|\bpasswrd\b|\bpwd\b"),
    _cue("close_account", r"\b(?:close|delete|remove|terminate|deactivate|cancel|get rid of|erase|shut)\b[^.?!]{0,20}\b(?:account|profile)\b"),
    _cue("account_address", r"\b(?:my account|account'?s?|profile|billing|home|all future|my)\b[^.?!]{0,12}\baddress\b[^.?!]{0,30}\b(?:change|changed|update|is now|new)\b|\b(?:change|update|set|correct)\b[^.?!]{0,20}\b(?:account|my|home|profile|default)\b[^.?!]{0,12}\baddress\b", r"\border\b|\bdelivery\b|\bparcel\b|\bshipping\b|\bheadphones\b|\binvoice\b"),
    _cue("account_details", r"\b(?:what(?:'s| is)|which|show|see|tell me)\b[^.?!]{0,20}\b(?:my|the) (?:[\w-]+ ){0,2}(?:address|e-?mail|account details|data)\b", r"\b(?:order|invoice|deliver\w*|change|new|wrong)\b"),
    _cue("order_address", r"\baddress\b|\bsomewhere else\b|\b(?:send|deliver|ship|redirect|reroute)\b[^.?!]{0,25}\b(?:to (?:my|a|the|another) (?:office|work|neighbou?r|friend|parents?|mother|mum|mom|new|other|different|another|home|place|house)|elsewhere)\b|\bi(?:'ve| have)? moved\b", r"\be-?mail address\b|\bwhat(?:'s| is) (?:your|the shop)"),
    _cue("change_delivery", r"\b(?:change|switch|make|upgrade|move|set|put|update|send|ship|get|have|want|need|can)\b[^.?!]*\b(?:express|standard (?:delivery|shipping)|next[- ]day|faster|quicker|sooner)\b", r"\bhow (?:much|long|fast|many)\b|\bwhat (?:does|would|is)\b|\bdo you (?:offer|have)\b|\bbuy\b|\bprice\b|\bcosts?\b"),
    _cue("delivery_options", r"\b(?:how (?:much|long|fast|many days)|what|cost|price|do you|is|are|which|offer|when)\b[^.?!]*\b(?:express|shipping|delivery|postage|deliver(?:y)? (?:time|cost|fee|options?)|next[- ]day|to ship)\b", rf"\bmy (?:order|parcel|package|delivery|{_PRODUCT[4:-3]})|\bwhere\b|\bV-\d|\bwas\b|\bbeen\b|\b(?:the|my) delivery (?:is|has|was|date)\b|\bfirst\b|\bit be\b"),
    _cue("change_order", r"\b(?:change|make|increase|reduce|update|raise|lower|set|add|bump|instead)\b[^.?!]*\b(?:\d+|one|two|three|four|five|six)\b[^.?!]*\b(?:pieces?|pcs|units?|items?|instead|of (?:them|it|those|these)|more|pairs?|not)\b|\b(?:change|make|increase|reduce|update|set)\b[^.?!]*\b(?:to|it|them|that|quantity|amount|number)\b[^.?!]{0,10}\b(?:\d{1,2}|one|two|three|four|five|six)\b(?![-.,]?\d|.?\d{4})|\b(?:quantity|number of pieces|how many pieces)\b|\badd (?:one|another|two) (?:more|to)\b|\bmake (?:my|the) (?:[\w-]+ )*order (?:to )?(?:\d{1,2}|two|three|four|five)\b|\b(?:\d{1,2}|two|three|four|five)\b[^.?!]*\binstead of (?:\d{1,2}|one|two|three|four|a)\b", r"\bquote\b|\boffer\b|\bbuy\b|\bbudget\b"),
    _cue("list_orders", r"\b(?:list|show|see|view|what are|which|all)\b[^.?!]{0,20}\b(?:my|our|all) (?:\w+ )?orders\b|\bmy (?:past |recent |open |last |old )?orders\b|\border history\b|\bwhat (?:have|did) i (?:bought|ordered|buy|order)\b", r"\bcancel|\brefund|\breturn"),
    _cue("cancel_order", r"\bcancel\w*\b|\bcall (?:\w+ )?off\b", r"\bcancell?ing noise\b|\bnoise[- ]cancel\w*\b|\bcancel (?:my |the )?(?:newsletter|subscription|account)\b"),
    _cue("return_item", r"\b(?:return (?!address)|returns?\b|returning|send (?:\w+ |\w+ \w+ |\w+ \w+ \w+ )?back|give (?:it|them|this) back|bring (?:it|them) back)", r"\b(?:send|give|get|pay|want|return)\b[^.?!]{0,20}\b(?:money|refund|payment)\b|\breturn (?:my|the) (?:money|payment|call)\b|\bin return\b"),
    _cue("replacement", r"\breplac(?:e|ed|ement|ing)\b|\b(?:send|ship|get|have|give me|want|need)\b[^.?!]{0,20}\b(?:new one|another one|new ones|again|a new)\b|\bexchange\b|\bswap\b", r"\b(?:money|refund|invoice|mail|link|password|email)\b|\bbuy\b"),
    _cue("refund_me", r"\brefund\w*\b|\bmoney back\b|\breimburse\w*\b|\b(?:pay|give|get|want|send|have|need)\b[^.?!]{0,30}\b(?:(?:it|one|that|them|this|my money|the money|payment|all|\d+) (?:of it )?back|money)\b|\bmy money\b"),
    _cue("lost", r"\b(?:what (?:happens|if|will)|what do you do)\b[^.?!]*\b(?:turn up|arrive|lost|come|show up|missing|delivered)\b|\bif (?:it|they|the parcel|the package)\b[^.?!]*\b(?:turn up|never|lost|come|show up|arrives?)\b"),
    _cue("faulty", r"\b(?:broken|broke|defect\w*|faulty|dead pixels?|damaged|cracked|scratch\w*|rattl\w*|crackl\w*|doesn'?t (?:work|charge|turn on|connect|switch on|power)|not working|stopp?ed working|won'?t (?:turn on|charge|connect|work)|malfunction\w*|flicker\w*|does not (?:work|charge|turn))\b"),
    _cue("track_order", r"\b(?:where(?:'s| is| are| the hell| the heck|abouts)?\b[^.?!]*\b(?:my|the|order|parcel|package|it|they|them|[VL]-?\d)|track\w*|arriv\w*|deliver(?:ed|y date)|(?:never|not|n'?t|still hasn'?t) (?:came|come|arrived|received|here|turned|shown|been delivered|got)|(?:lost|missing) (?:parcel|package|order|delivery)|parcel|package|shipment|shipped|dispatched|on its way|in transit|turn(?:ed)? up|status of (?:my |the )?order|order status|expected arrival)\b|\b(?:seems?|is|got|it'?s) (?:to be )?(?:lost|missing)\b|\bwhen (?:does|will|is|do|are|should)\b[^.?!]*\b(?:arrive|come|here|get here|delivered|reach)\b|\bdelivery (?:of|for) (?:my|the)\b", r"\bdo you deliver\b|\bdelivery (?:cost|price|fee|option)"),
    _cue("quote", r"\b(?:quote|quotation|price offer|written offer|an offer for)\b"),
    _cue("newsletter", r"\bnewsletters?\b|\bmailing list\b|\bunsubscribe\b|\bsubscribe\b|\bmarketing (?:mails?|emails?)\b|\badvertising mails?\b"),
    _cue("discounts", r"\b(?:discounts?|vouchers?|coupons?|promo(?:tion)?s?|promo code|special offers?|sales? on)\b"),
    _cue("product_detail", r"\b(?:it|they|them|those|these|that one|this one)\b[^.?!]*\b(?:noise[- ]?cancel\w*|battery|warranty|waterproof|bluetooth|colou?rs?|weigh\w*|ports?|in stock|last on)\b|\bhow (?:long|much|heavy|big) (?:does|do|is|are|would|will) (?:it|they|that|this|the (?:first|second|last|other)(?: one)?)\b[^.?!]*\b(?:last|cost|weigh|be|charge|run|with)\b"),
    _cue("compare_products", r"\b(?:difference|compare[ds]?|comparison|versus|vs\.?)\b|\bbetter\b[^.?!]*\bor\b|\bor\b[^.?!]*\bbetter\b"),
    _cue("place_order", rf"\b(?:i'?ll take|i will take|i want to (?:buy|order|purchase)|(?:like|want|wish|wanna|going|love) to (?:order|buy|purchase|get)|place an order|order (?:me )?(?:the|one|a|an|two|three|it|that|this|them|\d)|buy (?:the|one|a|an|two|three|it|that|this|them|\d|me)|purchase (?:the|one|a|an|it)|put (?:it|them|that) in)\b", r"\b(?:cancel|return|track|where|did i|i bought|i ordered|in order|my order|thinking)\b"),
    _cue("product_detail", rf"\b(?:how (?:much|long|heavy|big|many (?:hours|ports))|price|costs?|battery|weigh\w*|warranty|guarantee|noise[- ]?cancel\w*|anc|ports?|screen size|in stock|available|availability|last on one charge|charge last|water|waterproof|colou?rs?|bluetooth|repair\w*)\b[^.?!]*(?:{_PRODUCT}|\b[a-z]+ \d+\b)|(?:{_PRODUCT})[^.?!]*\b(?:how (?:much|long|heavy)|prices?|costs?|battery life|weigh\w*|warranty|in stock|available|waterproof|water|colou?rs?|noise[- ]cancel\w*|bluetooth)\b", r"\b(?:which|recommend|suggest|best|longest|looking for|cheapest|do you have|under|below|my order|any|something|shipping|delivery)\b|\bmy\b[^.?!]*\border"),
    _cue("find_product", rf"\b(?:which|what|any|recommend\w*|suggest\w*|advice|looking for|search\w*|best|longest|cheapest|do you (?:have|sell|stock|carry|offer)|have you got|got any|you sell|under|below|need|want|something|for me|show me)\b[^.?!]*(?:{_PRODUCT})|(?:{_PRODUCT})[^.?!]*\b(?:for me|recommend\w*|under|below|do you (?:have|sell)|longest|cheapest|best)\b|\blooking for something\b|\brecommend (?:me )?something\b", r"\b(?:my order|broken|arrived?|delivered|cancel|return)\b|\b(?:about|is|are|was|where) my\b"),
)  # fmt: skip

_OWN_DATA = re.compile(r"\b(?:list|show|tell|give|what|refunds?|orders?|account|data|address|details|look up|open|switch)\b", re.I)


def matter_of(text: str, reading: Reading, *, going_on: str = "") -> Found:
    """The matter of one request. ``going_on`` is what the dialogue was about before."""
    plain = reading.corrected
    if mails(text) and _foreign_data(text):
        return Found(PLANTED, "cue:others_data")
    if going_on in _ON_ACCOUNT and address(text):
        return Found("account_address", "cue:account_address")
    for cue in CUES:
        if cue.words.search(plain) and not (cue.unless and cue.unless.search(plain)):
            if cue.matter in ("find_product", "product_detail") and not reading.in_scope and reading.scope_score < 0.15:
                continue
            return Found(cue.matter, f"cue:{cue.matter}")
    if going_on in _ON_REFUNDS and _HOW_LONG.search(plain):
        return Found("refund_status", "cue:how_long")
    if going_on in _ON_PRODUCTS and _FIELD.search(plain):
        return Found("product_detail", "cue:field")
    if ORDER_ID.search(text) and len(text.split()) <= 3:
        return Found("track_order", "cue:number")
    if INVOICE_ID.search(text):
        return Found("find_invoice", "cue:number")
    if REFUND_ID.search(text):
        return Found("refund_status", "cue:number")
    return _by_reader(reading, going_on)


def _by_reader(reading: Reading, going_on: str) -> Found:
    best = reading.topics[0] if reading.topics else None
    if reading.chitchat == "reply":
        return Found(FOLLOW_UP if going_on else ACKNOWLEDGE, reading.rule)
    if reading.chitchat in CHAT:
        return Found(str(reading.chitchat), reading.rule)
    if best is None or not reading.in_scope:
        goes_on = going_on and (reading.scope_score > 0.2 or _NEXT.search(reading.corrected))
        return Found(FOLLOW_UP if goes_on else DECLINE, "scope")
    if going_on and (best.score < _SURE or best.name in _LOOSE) and (best.score < _SURE or _GOES_ON.search(reading.corrected)):
        return Found(FOLLOW_UP, f"unsure:{best.name}")
    return Found(best.name, f"topic:{best.name}")


def _foreign_data(text: str) -> bool:
    return bool(_OWN_DATA.search(text)) and bool(re.search(r"\b(?:of|for|from|belonging to|customer|user)\s+\S+@\S+", text, re.I))


_INFORM = re.compile(
    r"\bhow (?:does|do|did|long|much|is|are|many|will)\b|\bwhat (?:happens|if|does|do|is|are|would|will|else)\b|\bwhen\b|\bwhy\b|\bis (?:it|that|this) (?:possible|normal|free|true)\b"
    r"|\bjust (?:asking|curious|wondering|want to know|wanted to know)\b|\b(?:only|just) (?:a )?question\b|\bnot now\b|\bhypothetically\b|\bhow (?:can|could|would) (?:i|one|you)\b|\bwould (?:it|that) (?:be|cost)\b|\bwonder\w*\b",
    re.I,
)
_ONLY_ASKING = re.compile(r"\bjust (?:asking|curious|wondering|want(?:ed)? to know)\b|\bnot now\b|\bonly asking\b|\bhypothetically\b|\bbefore i (?:decide|do)\b", re.I)


def act_in(text: str, reading: Reading) -> Act:
    """Whether a request wants to know or wants something done; "can I …" and "can you …" want it done."""
    if only_asking(text):
        return "question"
    if reading.act == "command" and not re.match(r"^\W*(?:how|when|what|why)\b", text, re.I):
        return "command"
    return "question" if _INFORM.search(reading.corrected) else "command" if reading.act == "command" else reading.act


def only_asking(text: str) -> bool:
    """Whether the customer says that nothing is to be done."""
    return bool(_ONLY_ASKING.search(text))
