"""Forms of names and adjectives in inflecting languages, made by rule from the base form in the data.

Makes too many forms rather than too few: a form that does not exist is never met.
"""

from __future__ import annotations

_RU_ADJECTIVE = ("ий", "ой", "ая", "ое", "ие", "ого", "ому", "им", "ом", "ей", "их", "ими", "ую", "ие", "и")
_UK_ADJECTIVE = ("ий", "а", "е", "і", "ого", "ому", "им", "ій", "ої", "у", "их", "ими", "ою")
_AR_ADJECTIVE = ("", "ة", "ين", "ون", "ان", "ات", "تين", "تان", "ا")


def adjective_forms(language: str, base: str) -> list[str]:
    """All forms of a nationality's adjective or noun. `base` as data/entities/demonyms.toml describes."""
    maker = {
        "en": _english, "es": _spanish, "pt": _spanish, "it": _italian, "fr": _french, "de": _german, "tr": _turkish,
    }.get(language)  # fmt: skip
    if maker is not None:
        return maker(base)
    if language == "ru":
        return [base + ending for ending in _RU_ADJECTIVE]
    if language == "uk":
        return [base + ending for ending in _UK_ADJECTIVE]
    if language == "ar":
        return _arabic(base)
    return [base]


def name_forms(language: str, name: str) -> list[str]:
    """All cases of a place's or an organisation's name, the name itself first."""
    if language in ("ru", "uk") and " " not in name and len(name) > 3 and not name.isupper():
        return [name, *_slavic_cases(name, language)]
    if language == "de" and " " not in name and name[-1:] not in "sxzß" and len(name) > 3:
        return [name, name + "s"]
    return [name]


def _english(base: str) -> list[str]:
    plural = base.endswith(("an", "i", "ot", "ian")) and not base.endswith("-Kiribati")
    return [base, base + "s"] if plural else [base]


def _spanish(base: str) -> list[str]:
    if base.endswith("o"):
        return [base, base[:-1] + "a", base + "s", base[:-1] + "as"]
    if base.endswith("ês"):
        stem = base[:-2] + "es"
        return [base, stem + "a", stem + "es", stem + "as"]
    if base.endswith("ão"):
        return [base, base[:-2] + "ã", base[:-2] + "ães", base[:-2] + "ãs"]
    for ending, plain in (("és", "es"), ("án", "an"), ("ón", "on")):
        if base.endswith(ending):
            stem = base[: -len(ending)] + plain
            return [base, stem + "a", stem + "es", stem + "as"]
    if base.endswith(("í", "ú")):
        return [base, base + "es", base + "s"]
    if base.endswith(("e", "a")):
        return [base, base + "s"]
    if base.endswith("ol"):
        return [base, base + "a", base + "es", base + "as"]
    return [base, base + "es", base + "a"]


def _italian(base: str) -> list[str]:
    if base.endswith("co"):
        return [base, base[:-1] + "a", base[:-2] + "ci", base[:-2] + "che", base[:-2] + "chi"]
    if base.endswith("o"):
        return [base, base[:-1] + "a", base[:-1] + "i", base[:-1] + "e"]
    return [base, base[:-1] + "i"]


def _french(base: str) -> list[str]:
    if base.endswith(("en", "an")) and base.endswith("en"):
        return [base, base + "ne", base + "s", base + "nes"]
    if base == "turc":
        return ["turc", "turque", "turcs", "turques"]
    if base == "grec":
        return ["grec", "grecque", "grecs", "grecques"]
    if base.endswith("s"):
        return [base, base + "e", base + "es"]
    if base.endswith("on"):
        return [base, base + "ne", base + "s", base + "nes"]
    if base.endswith("e"):
        return [base, base + "s"]
    return [base, base + "e", base + "s", base + "es"]


def _german(base: str) -> list[str]:
    if base[-2:] == "er" and base[0].isupper():
        return [base, base + "n", base + "s", base + "in", base + "innen"]
    return [base + ending for ending in ("", "e", "en", "er", "es", "em")]


def _turkish(base: str) -> list[str]:
    return [base, base + "lar", base + "ler"]


def _arabic(base: str) -> list[str]:
    words = base.split(" ")
    forms = []
    for ending in _AR_ADJECTIVE:
        stem = " ".join(w + ending for w in words) if ending in ("", "ة") else words[0] + ending
        if len(words) > 1 and ending not in ("", "ة"):
            continue
        forms.append(stem)
        forms.append(" ".join("ال" + w for w in stem.split(" ")))
    return forms


def _slavic_cases(name: str, language: str) -> list[str]:
    stem, last = name[:-1], name[-1]
    if language == "uk":
        endings = {
            "я": ("ї", "ю", "єю", "і", "ею"), "а": ("и", "і", "у", "ою"), "ь": ("я", "ю", "ем", "і"), "й": ("я", "ю", "єм", "ї"),
        }.get(last)  # fmt: skip
        if endings is None:
            return [] if last in "оеєиії" else [name + e for e in ("у", "а", "ом", "ові", "і", "им", "ім")]
        return [stem + e for e in endings]
    if name.endswith("ия"):
        return [stem + e for e in ("и", "ю", "ей")]
    endings = {
        "я": ("и", "е", "ю", "ей"), "а": ("ы", "и", "е", "у", "ой", "ей"), "ь": ("и", "ю", "я", "ем", "е", "ью"), "й": ("я", "ю", "ем", "е"),
        "ы": ("", "ов", "ам", "ами", "ах"),
    }.get(last)  # fmt: skip
    if endings is None:
        return [] if last in "оеэуюи" else [name + e for e in ("а", "у", "ом", "е", "ым")]
    return [stem + e for e in endings]
