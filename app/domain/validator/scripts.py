"""Facts about scripts and languages: full stops, and words and characters that cannot end a text."""

FULL_STOPS = ".!?…。！？｡．؟۔।॥։።។။"

# the last letter's script, by the first and last code point
_RANGES = (
    ("latin", 0x41, 0x24F),
    ("greek", 0x370, 0x3FF),
    ("cyrillic", 0x400, 0x52F),
    ("armenian", 0x530, 0x58F),
    ("hebrew", 0x590, 0x5FF),
    ("arabic", 0x600, 0x77F),
    ("indic", 0x900, 0xDFF),
    ("thai", 0xE00, 0xE7F),
    ("asian", 0xE80, 0x109F),
    ("hangul", 0x1100, 0x11FF),
    ("latin", 0x1E00, 0x1EFF),
    ("kana", 0x3040, 0x30FF),
    ("han", 0x3400, 0x9FFF),
    ("hangul", 0xAC00, 0xD7AF),
)

# characters after which a word always goes on (Thai vowels that are written before or above a consonant)
CANNOT_END = frozenset("เแโใไัื")

# words that no text ends in, by language; in lower case, so that titles and labels are not meant
_HANGING = {
    "en": "the a an and or because than into onto via their your whose which whether unless although during"
    " among our my every if",
    "de": "der die das dem den des ein eine einen einem einer und oder weil dass wenn sowie für von zur zum"
    " wegen",
    "fr": "le la les un une des du et ou que qui pour avec dans sur par de ce cette leur",
    "es": "el la los las un una y o que de del para con por en su sus",
    "it": "il lo gli un una e che di del della per con nel nella",
    "pt": "o os as um uma e que do da dos para com por em na",
    "nl": "de het een en of dat van voor met zijn",
    "pl": "i oraz że który która w na z do dla",
    "ru": "и или что который в на с для из по при к",
    "ar": "في من على إلى عن أن و أو التي الذي بين مع",
}
_BY_LANGUAGE = {language: frozenset(words.split()) for language, words in _HANGING.items()}
# more common words, to guess the language by
_COMMON = {
    "en": "is it to of that this they you we in are was be for on with not have has can should i he she",
    "de": "ist es nicht sie wir ich auf zu im sind werden auch kann an ihr man",
    "fr": "est il elle nous vous dans pas sont au aux se en",
    "es": "es no se más como está son su lo muy",
    "it": "è non si sono più come da ha",
    "pt": "é não se mais como são ele ela",
    "nl": "is niet op zijn ik we je ook te aan",
    "pl": "jest nie się to są jak",
    "ru": "не это он она они мы вы как так",
    "ar": "لا هو هي كان ما هل",
}
_VOTING = {language: words | set(_COMMON[language].split()) for language, words in _BY_LANGUAGE.items()}
HANGING = frozenset().union(*_BY_LANGUAGE.values())
_NONE: frozenset[str] = frozenset()
# scripts whose sentences end in a full stop, wherever they are written
PUNCTUATED_SCRIPTS = ("latin", "greek", "cyrillic", "armenian")
SPACELESS_SCRIPTS = ("kana", "han", "thai", "asian")
# the same for scripts without spaces, as endings
SPACELESS = (
    "を",
    "が",
    "には",
    "では",
    "への",
    "という",
    "和",
    "与",
    "或",
    "及",
    "而",
    "但",
    "把",
    "被",
    "从",
    "因为",
    "以及",
    "และ",
    "หรือ",
    "ของ",
    "ที่",
    "โดย",
    "เพื่อ",
)


def hanging_words(text: str) -> frozenset[str]:
    """Return the words that cannot end a text in its language, which is guessed by these words."""
    words = set(text.lower().split())
    votes = {language: len(words & voting) for language, voting in _VOTING.items()}
    language = max(votes, key=lambda name: votes[name])
    needed = 1 if text[-1:] > "\u0370" else 2  # Latin letters are shared by many languages
    return _BY_LANGUAGE[language] if votes[language] >= needed else _NONE


def script_of(text: str) -> str:
    """Return the script of the last letter; Japanese is `kana` where a kana is near the end."""
    near = _SCRIPTS.get(text[-2:-1], "other")  # mostly the letter before the full stop
    if near not in ("other", "han"):
        return near
    for char in reversed(text[-40:]):
        script = _SCRIPTS.get(char) or _script_of_character(char)
        if script == "han":
            return "kana" if any("\u3040" <= near <= "\u30ff" for near in text[-40:]) else "han"
        if script != "other":
            return script
    return "other"


_SCRIPTS: dict[str, str] = {}  # of the characters seen so far: at most all of Unicode


def _script_of_character(char: str) -> str:
    code = ord(char)
    script = next((name for name, first, last in _RANGES if first <= code <= last), "other")
    _SCRIPTS[char] = "other" if script == "latin" and not char.isalpha() else script
    return _SCRIPTS[char]
