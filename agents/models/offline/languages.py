"""Which language a message is in, by its small words and letters. Doubt means English."""

from __future__ import annotations

import re

ENGLISH = "en"
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_WORDS = {
    "en": "the a an i you my your is are was do does did can could what when where how to of and it this that for in on "
    "have has not no yes please thanks me with want need order refund ok hi hello cancel",
    "de": "der die das und ich ist nicht ein eine einen mein meine meinen wo wann wie was bitte danke hallo guten tag "
    "können sie haben habe mit für auf von zu den dem suche paket bestellung geld zurück rechnung möchte will kann "
    "mir mich noch immer stornieren wurde zweimal bezahlt heute schon warum kopfhörer deutsch sprechen",
    "fr": "le la les un une des je suis est pas mon ma mes où quand comment bonjour merci s'il vous plaît avec pour de du "
    "et ai n'ai reçu commande remboursement colis toujours voudrais veux c'est j'ai mais être dans sur facture bonsoir "
    "salut parlez français annuler livraison pourquoi",
    "es": "el la los las un una yo es no mi mis dónde donde está cuándo cuando cómo como hola gracias por favor con para "
    "de del y quiero pedido reembolso paquete tengo necesito devolver dinero factura buenos días tardes hablar español "
    "cancelar qué han cobrado dos veces se puede puedo",
    "it": "il lo la gli un una io sono è non mio mia dove dov'è quando come ciao grazie per favore con di del e voglio "
    "ordine rimborso pacco buongiorno ho vorrei restituire soldi fattura buonasera annullare parla italiano perché mi "
    "cuffie ancora arrivato",
    "pt": "o os as um uma eu é não meu minha onde está quando como olá obrigado obrigada por favor com para de do da e "
    "quero pedido reembolso pacote tenho preciso devolver dinheiro bom dia fatura cancelar você fala português",
    "nl": "de het een ik ben is niet mijn waar wanneer hoe hallo dank bedankt alstublieft met voor van en wil bestelling "
    "terugbetaling pakket heb geld terug factuur goedemorgen kan annuleren spreekt nederlands nog naar op",
    "pl": "nie jest mój moja gdzie kiedy jak dzień dobry dziękuję proszę z na do i chcę zamówienie zwrot paczka mam "
    "pieniądze faktura czy się cześć",
    "tr": "ve bir bu ben değil nerede ne zaman nasıl merhaba teşekkürler lütfen için ile siparişim iade paket para "
    "istiyorum var mı benim",
}
_LETTERS = {"ß": "de", "ä": "de", "ñ": "es", "¿": "es", "¡": "es", "ã": "pt", "õ": "pt", "ł": "pl", "ż": "pl", "ę": "pl",
            "ą": "pl", "ğ": "tr", "ş": "tr", "ı": "tr", "ç": "fr", "œ": "fr", "ê": "fr"}  # fmt: skip
_SCRIPTS = (("ru", "а", "я"), ("el", "α", "ω"), ("ar", "ء", "ي"), ("he", "א", "ת"), ("hi", "अ", "ह"),
            ("ja", "ぁ", "ヿ"), ("ko", "가", "힣"), ("zh", "一", "鿿"))  # fmt: skip
_SETS = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_ENOUGH = 2.0


def language_of(text: str) -> str:
    """The ISO code of the message's language; "en" unless another is clearly seen."""
    lowered = text.lower()
    for language, first, last in _SCRIPTS:
        if sum(first <= letter <= last for letter in lowered) >= 2:
            return language
    words = _WORD.findall(lowered)
    scores = {language: float(sum(word in known for word in words)) for language, known in _SETS.items()}
    for letter in set(lowered) & set(_LETTERS):
        scores[_LETTERS[letter]] += 0.5
    best = max(scores, key=lambda language: (scores[language], language == ENGLISH))
    english = scores[ENGLISH]
    if best == ENGLISH or scores[best] < english + 1 or (scores[best] < _ENOUGH and len(words) > 2):
        return ENGLISH
    own = sum(word in _SETS[best] and word not in _SETS[ENGLISH] for word in words)
    return best if own and own * 5 >= len(words) else ENGLISH
