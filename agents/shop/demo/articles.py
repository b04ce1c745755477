"""The help articles of both shops: slug, title, body. Rules repeat ``policy.py`` in words; a test compares them."""

from typing import Final

ARTICLES: Final = (
    (
        "returns",
        "Returning an item: sending things back",
        "You can return an item within 30 days of delivery. Ask in the chat: we register the return and mail you a "
        "label. When the item has arrived with us, its price goes back to the payment method that paid.",
    ),
    (
        "refund-time",
        "How long a refund takes",
        "A refund reaches your account 5 to 7 working days after we issued it. The bank needs that time; we cannot "
        "speed it up. Refunds over 100.00 are approved by a person first.",
    ),
    (
        "refund-method",
        "Where a refund goes",
        "A refund always goes back to the payment method that paid the order. It cannot be sent to another card or "
        "account.",
    ),
    (
        "duplicate-charge",
        "Charged twice",
        "If an order was captured twice, we refund the one payment too many as soon as you tell us. A reservation that "
        "your bank shows twice for a few days is not a second payment.",
    ),
    (
        "cancelling",
        "Cancelling an order",
        "Cancelling is free until the order is shipped. After that it costs 15.00. A delivered order cannot be "
        "cancelled, but returned.",
    ),
    (
        "changing-an-order",
        "Changing an order",
        "Until an order is shipped, its quantity, delivery and address can be changed in the chat. After that nothing "
        "can be changed.",
    ),
    (
        "delivery",
        "Delivery times and prices",
        "Standard delivery takes 2 to 4 working days and costs 4.90; from 50.00 it is free. Express arrives the next "
        "day and costs 9.90.",
    ),
    (
        "abroad",
        "Delivery to other countries",
        "We deliver to all countries of the European Union, to Switzerland and to the United Kingdom. Prices are the "
        "same; outside the country of the shop delivery may take two days longer.",
    ),
    (
        "lost-parcel",
        "When a parcel does not arrive",
        "A parcel that was not scanned for 7 days counts as lost. Then you choose: we send a replacement, or refund "
        "the order. Look with your neighbours first if it is marked as delivered.",
    ),
    (
        "replacement",
        "Replacement of a lost or faulty item",
        "A lost parcel, or an item that fails within its warranty, is replaced free of charge and without waiting for "
        "anyone's approval. An order is either replaced or refunded.",
    ),
    (
        "warranty",
        "Warranty",
        "Each product's warranty in months stands in the catalogue, mostly 24 or 36. It covers faults, not drops or "
        "water. A faulty item under warranty is replaced.",
    ),
    (
        "damaged-parcel",
        "The parcel arrived damaged",
        "Take the item out and see whether it works. If it does not, tell us in the chat: we replace it or take it "
        "back.",
    ),
    (
        "payment-methods",
        "Ways to pay",
        "Orders are paid by the cards on file; one of them is the default. You can choose another default in the chat. "
        "New cards are added on your account page, never in the chat.",
    ),
    (
        "invoices",
        "Invoices",
        "Every order has an invoice. We mail it again to the address on your account whenever you ask, and correct the "
        "postal address on it. Amounts cannot be changed.",
    ),
    (
        "large-orders",
        "Orders that a person checks",
        "Orders over 1,000.00, refunds over 100.00 and closing an account are checked by a person. That takes a "
        "little; you can go on chatting meanwhile.",
    ),
    (
        "password",
        "Forgotten password",
        "When you ask for a reset, we mail a link to the address on your account. It opens a page where you choose a "
        "new password and is good for one hour. We never ask for a password in the chat.",
    ),
    (
        "locked-account",
        "Locked account",
        "After several failed logins an account is locked for safety. Ask us in the chat and we unlock it at once.",
    ),
    (
        "closing-account",
        "Closing an account",
        "Ask in the chat to close your account. A person checks it, sees to open orders and confirms by mail. Invoices "
        "are kept as long as the law says.",
    ),
    (
        "new-account",
        "Opening an account",
        "You open an account on the web shop's start page with a mail address and a postal address. One account serves "
        "one person.",
    ),
    (
        "change-address",
        "Moving house",
        "Give us the new address in the chat and say whether it is for one order or for the whole account. Orders that "
        "are already shipped keep their address.",
    ),
    (
        "newsletter",
        "Newsletter",
        "The newsletter comes twice a month with new products and offers. You can subscribe and unsubscribe in the "
        "chat at any time.",
    ),
    (
        "quotes",
        "Quotes",
        "A quote holds a price for 14 days. It buys nothing and costs nothing; ask for it with product and quantity.",
    ),
    (
        "opening-hours",
        "Opening hours",
        "The chat answers day and night. People of the team are here Monday to Friday from 8 to 18 and Saturday from 9 "
        "to 14.",
    ),
    (
        "pairing",
        "Pairing wireless headphones, mice and speakers",
        "Hold the power key for five seconds until the light blinks, then choose the device in the Bluetooth settings. "
        "If it is not listed, switch it off and on and try again near the computer.",
    ),
    (
        "no-power",
        "A device does not switch on or charge",
        "Charge it for an hour with another cable and another plug. If the light stays dark, it is a fault: within "
        "warranty we replace it.",
    ),
    (
        "complaints",
        "Complaints and feedback",
        "Tell us in the chat what went wrong: we write it down for the staff, who answer by mail within two working "
        "days. You can also ask for a person at any time.",
    ),
)
