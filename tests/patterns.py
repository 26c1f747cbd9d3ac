"""Every regular expression of the package, and strings made to be slow for each."""

import ast
import pkgutil
import re
from importlib import import_module
from pathlib import Path
from re import _constants as kinds
from re import _parser as parser

import baocao_nlp
from baocao_nlp.meaning.lexicon import our_lexicon
from baocao_nlp.tabular.words import _data

_USES = {f"re.{use}" for use in ("compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub")}
# what reports and files are full of
_COMMON = [
    "1", "1.", "1,5 ", "12/5", "a", "a ", "Ạ", " ", "\n", "-", "(", "()", "[", "[1: ", "|", "| ", "*", "_", "~~",
    "<!---->", "1 tỷ ", "1 tháng ", "năm 2024 ", "từ ", "từ đầu ", "lũy kế ", "ngày 1/1 ", "²", "a\u0301", "\u0301",
    ":", ". ",
]  # fmt: skip


# not ours; `tokenise` gives it no longer strings than it bears
_OTHERS = {"underthesea_patterns"}
_SOURCE = "".join(path.read_text(encoding="utf-8") for path in Path(baocao_nlp.__file__).parent.rglob("*.py"))


def all_patterns() -> tuple[dict[str, tuple[re.Pattern, set[str]]], set[str]]:
    """The patterns of all modules, with their uses, by where they are; and the places of those that only a run can
    tell."""
    found: dict[str, tuple[str, re.Pattern, set[str]]] = {}
    unknown = set()

    def add(place: str, written: str | re.Pattern, uses: list[str]) -> None:
        compiled = re.compile(written)
        found.setdefault(compiled.pattern, (place, compiled, set()))[2].update(uses)

    for info in pkgutil.walk_packages(baocao_nlp.__path__, "baocao_nlp."):
        module = import_module(info.name)
        own = Path(module.__file__).read_text(encoding="utf-8")
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and name not in _OTHERS:
                add(f"{info.name}.{name}", value, re.findall(rf"\b{name}\.([a-z]+)\(", own))
        for node in ast.walk(ast.parse(own)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in _USES:
                place = f"{info.name}: {ast.unparse(node.args[0])}"
                try:
                    written = eval(compile(ast.Expression(node.args[0]), place, "eval"), dict(vars(module)))
                except NameError:
                    unknown.add(place)
                else:
                    add(place, written, [node.func.attr] if node.func.attr != "compile" else [])
    for section in (our_lexicon().types, our_lexicon().bases):
        for name, compiled in section:
            add(f"cues.toml: {name}", compiled, ["search"])
    for section, values in _data().items():
        for name, written in values.items():
            if isinstance(written, str):
                uses = re.findall(rf'pattern\("{section}", "{name}"\)\.([a-z]+)\(', _SOURCE)
                add(f"wording.toml: {section}.{name}", written, uses or ["search"])
    return {place: (compiled, uses) for place, compiled, uses in found.values()}, unknown


def attacks(compiled: re.Pattern, length: int):
    """Strings of a length that repeat what the pattern repeats, begin what it never ends, and what is common."""
    parsed = parser.parse(compiled.pattern, compiled.flags)
    pumped = dict.fromkeys(_pumps(parsed))
    for before, unit in pumped:
        for end in ("\x00", "", "\n"):
            yield before + unit * (length // len(unit)) + end
        if before:
            yield before * (length // len(before))
            yield (before + unit * 3 + " ") * (length // (len(before) + 3 * len(unit) + 1))
    whole = _sample(parsed)
    for unit in dict.fromkeys([*_COMMON, whole, whole[:-1], f"{whole} "]):
        if unit:
            yield unit * (length // len(unit))


def _pumps(parsed, before=""):
    """What stands before each repetition of a pattern, and what it repeats."""
    for kind, value in parsed:
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
            _, most, body = value
            yield from _pumps(body, before)
            if most > 100:
                for unit in _samples(body):
                    if unit:
                        yield before, unit
        elif kind is kinds.SUBPATTERN:
            yield from _pumps(value[-1], before)
        elif kind is kinds.ATOMIC_GROUP:
            yield from _pumps(value, before)
        elif kind is kinds.BRANCH:
            for branch in value[1]:
                yield from _pumps(branch, before)
        elif kind in (kinds.ASSERT, kinds.ASSERT_NOT):
            yield from _pumps(value[1], before)
        before += _sample([(kind, value)])


def _samples(parsed):
    """Some strings that a pattern fits."""
    for kind, value in parsed:
        if kind is kinds.BRANCH and len(parsed) == 1:
            return [_sample(branch) for branch in value[1]]
        if kind is kinds.IN and len(parsed) == 1:
            return [_sample([(kind, [item])]) for item in value]
    return [_sample(parsed)]


def _sample(parsed) -> str:
    return "".join(_one(kind, value) for kind, value in parsed)


def _one(kind, value) -> str:
    if kind is kinds.LITERAL:
        return chr(value)
    if kind is kinds.ANY:
        return "x"
    if kind is kinds.IN:
        return _member(value)
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
        return _sample(value[2]) * max(value[0], 1)
    if kind is kinds.SUBPATTERN:
        return _sample(value[-1])
    if kind is kinds.ATOMIC_GROUP:
        return _sample(value)
    if kind is kinds.BRANCH:
        return _sample(value[1][0])
    return "" if kind in (kinds.AT, kinds.ASSERT, kinds.ASSERT_NOT, kinds.GROUPREF) else "x"


def _member(items) -> str:
    """A character of a set."""
    for letter in "".join(_first(kind, value) for kind, value in items) + "a1 .-ầ\x00":
        if _is_in(items, letter):
            return letter
    return "x"


def _first(kind, value) -> str:
    return chr(value) if kind is kinds.LITERAL else chr(value[0]) if kind is kinds.RANGE else ""


def _is_in(items, letter) -> bool:
    named = {
        kinds.CATEGORY_DIGIT: letter.isdecimal(),
        kinds.CATEGORY_SPACE: letter.isspace(),
        kinds.CATEGORY_WORD: letter.isalnum() or letter == "_",
    }
    opposite = {
        kinds.CATEGORY_NOT_DIGIT: kinds.CATEGORY_DIGIT,
        kinds.CATEGORY_NOT_SPACE: kinds.CATEGORY_SPACE,
        kinds.CATEGORY_NOT_WORD: kinds.CATEGORY_WORD,
    }
    negated = items[0][0] is kinds.NEGATE
    found = any(
        (kind is kinds.LITERAL and ord(letter) == value)
        or (kind is kinds.RANGE and value[0] <= ord(letter) <= value[1])
        or (kind is kinds.CATEGORY and (named[value] if value in named else not named[opposite[value]]))
        for kind, value in items
    )
    return found != negated
