"""A compact inline notation for annotated reports, to write and read them by hand.

Spans stand in braces where they stand in the text; values carry their links after a bar::

    {m1:Diện tích ngô} {v:365|m1} {u:ha}, đạt {v:98|= ratio:plan c1}{u:%} {c1:kế hoạch}

- ``{m1:…}``, ``{u1:…}``, ``{c1:…}`` are METRIC, UNIT and COMPARISON; the number is needed only to be
  referred to, and is unique in the report. ``{p1:6 tháng đầu năm 2024|2024-01-01/2024-06-30}`` is a
  PERIOD with its dates.
- ``{v:365|…}`` is a VALUE. Behind the bar, in any order: ``m1`` its metric, ``>m1`` its context,
  ``c1`` a comparison cue, ``p1`` its period, ``u1`` its unit; ``ratio:plan`` type and basis (`TYPES`
  has the short forms); ``approx``, ``more``, ``less``; ``n=365`` its number, where convention
  misreads it; ``opt`` for an optional fact.
- ``=`` takes metric, context and period from the value before; a metric, context or period given
  beside it replaces the one taken, ``>-`` and ``p-`` drop it.
- A value takes the unit that directly follows it, over other values, slashes, dashes and "đến", if any;
  ``u-`` says it has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from baocao_nlp.annotation.files import whole_file
from baocao_nlp.annotation.graph import MODIFIER_NAMES, number_text, regraphed
from baocao_nlp.annotation.problems import Problem
from baocao_nlp.annotation.report import AnnotatedReport, Checked
from baocao_nlp.facts import BASES, Comparison, ComparisonType, Fact, Label, Span
from baocao_nlp.meaning.numbers import conventional

TYPES: dict[str, ComparisonType] = {
    "inc": "increase", "dec": "decrease", "ratio": "ratio", "share": "share", "ref": "reference",
}  # fmt: skip
LETTERS: dict[str, Label] = {"m": "METRIC", "u": "UNIT", "c": "COMPARISON", "p": "PERIOD", "v": "VALUE"}
CONFIGURATION = None
_SUFFIX = ".mk"
_SPAN_RE = re.compile(r"\{([mucpv])(\d*):([^{}|]+)(?:\|([^{}]*))?\}")
_UNIT_GAP_RE = re.compile(r"[\s/–-]*+(?:đến\s*+)?")


class MarkupError(ValueError):
    """Inline annotation that cannot be read; the message lists each of ``problems`` with its line."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()):
        super().__init__("\n".join([message, *(f"line {problem.line}: {problem.message}" for problem in problems)]))
        self.problems = tuple(problems)


@dataclass
class _Marked:
    """A braced span: its place in the bare text, and what stood behind the bar."""

    letter: str
    span: Span
    line: int
    links: list[str] = field(default_factory=list)


@dataclass
class _Draft:
    """A value on its way to a fact."""

    metric: list[Span] = field(default_factory=list)
    context: list[Span] = field(default_factory=list)
    cues: list[Span] = field(default_factory=list)
    period: _Marked | None = None
    unit: Span | None = None
    type: ComparisonType | None = None
    basis: str = ""
    modifier: str = ""
    number: float | None = None
    optional: bool = False


def from_markup(name: str, marked: str) -> AnnotatedReport:
    """Read a report in the inline notation.

    Raises
    ------
    MarkupError
        With every fault and its line.
    """
    text, spans, ids, faults = _strip(marked)
    facts: list[Fact] = []
    optional = set()
    previous = _Draft()
    for index, item in enumerate(spans):
        if item.letter != "v":
            continue
        try:
            draft = _read_links(item, previous, ids)
            draft.unit = draft.unit or _following_unit(text, spans, index, item)
            facts.append(_fact(item.span, draft))
            if draft.optional:
                optional.add(len(facts) - 1)
            previous = draft
        except MarkupError as error:
            faults.append(Problem(item.line, f"{item.span.text!r}: {error}"))
    if faults:
        raise MarkupError(f"the inline annotation of {name} cannot be read", faults)
    return AnnotatedReport(name, text, tuple(facts), frozenset(optional))


def _strip(marked: str) -> tuple[str, list[_Marked], dict[str, _Marked], list[Problem]]:
    """The bare text, its spans in order and by id, and the faults found."""
    parts: list[str] = []
    spans: list[_Marked] = []
    ids: dict[str, _Marked] = {}
    faults: list[Problem] = []
    length = position = 0
    for match in _SPAN_RE.finditer(marked):
        before = marked[position : match.start()]
        parts += [before, match[3]]
        line = marked.count("\n", 0, match.start()) + 1
        start = length + len(before)
        length = start + len(match[3])
        position = match.end()
        item = _Marked(match[1], Span(start, length, match[3]), line, (match[4] or "").split())
        if match[3] != match[3].strip():
            faults.append(Problem(line, f"{match[0]!r} begins or ends with a space"))
        spans.append(item)
        if match[2]:
            key = match[1] + match[2]
            if key in ids:
                faults.append(Problem(line, f"{key} is used twice (first in line {ids[key].line})"))
            ids[key] = item
    parts.append(marked[position:])
    text = "".join(parts)
    if stray := re.search(r"[{}]", text):
        near = text[stray.start() : stray.start() + 30]
        faults.append(Problem(_line_of_stray(marked), f"a brace that belongs to no span, near {near!r}"))
    return text, spans, ids, faults


def _line_of_stray(marked: str) -> int:
    bare = _SPAN_RE.sub(lambda match: "\n" * match[0].count("\n"), marked)
    return bare.count("\n", 0, re.search(r"[{}]", bare).start()) + 1  # type: ignore[union-attr]


def _read_links(item: _Marked, previous: _Draft, ids: dict[str, _Marked]) -> _Draft:
    draft = _Draft()
    inherited = "=" in item.links
    metric: list[Span] = []
    context: list[Span] = []
    drops = {link for link in item.links if link in (">-", "p-")}
    for link in item.links:
        if link in ("=", ">-", "p-", "u-"):
            continue
        if match := re.fullmatch(r"(>?)([mucp])(\d+)", link):
            target = ids.get(match[2] + match[3])
            if target is None:
                raise MarkupError(f"{link} refers to no span")
            _attach(draft, match[1] + match[2], target, metric, context)
        else:
            _set(draft, link)
    draft.metric = metric or (list(previous.metric) if inherited else [])
    draft.context = context or (list(previous.context) if inherited and ">-" not in drops else [])
    if inherited and not draft.period and "p-" not in drops:
        draft.period = previous.period
    if not draft.metric and not draft.optional:
        raise MarkupError("the value has no metric")
    return draft


def _attach(draft: _Draft, kind: str, target: _Marked, metric: list[Span], context: list[Span]) -> None:
    if kind == "m":
        metric.append(target.span)
    elif kind == ">m":
        context.append(target.span)
    elif kind == "c":
        draft.cues.append(target.span)
    elif kind == "p":
        draft.period = target
    elif kind == "u":
        draft.unit = target.span
    else:
        raise MarkupError(f"{kind}… is no link: only a metric can be a context")


def _set(draft: _Draft, link: str) -> None:
    head, colon, basis = link.partition(":")
    if colon and head in TYPES and basis in BASES:
        draft.type, draft.basis = TYPES[head], basis
    elif link in MODIFIER_NAMES:
        draft.modifier = link
    elif link.startswith("n="):
        try:
            draft.number = float(link[2:])
        except ValueError:
            raise MarkupError(f"{link} is not a number") from None
    elif link == "opt":
        draft.optional = True
    else:
        raise MarkupError(f"cannot read {link!r}")


def _following_unit(text: str, spans: list[_Marked], index: int, item: _Marked) -> Span | None:
    if "u-" in item.links:
        return None
    end = item.span.end
    for other in spans[index + 1 :]:
        if not _UNIT_GAP_RE.fullmatch(text[end : other.span.start]):
            return None
        if other.letter == "u":
            return other.span
        if other.letter != "v":
            return None
        end = other.span.end
    return None


def _fact(value: Span, draft: _Draft) -> Fact:
    number = conventional(value.text) if draft.number is None else draft.number
    if number is None:
        raise MarkupError("cannot be read as a number; say which it is with n=…")
    if draft.cues and not draft.type:
        raise MarkupError("has comparison cues but no type:basis")
    start, end = _dates(draft.period) if draft.period else (None, None)
    return Fact(
        value=value,
        number=number,
        unit=draft.unit,
        metric=tuple(sorted(draft.metric)),
        context=tuple(sorted(draft.context)),
        comparison=Comparison(draft.type, draft.basis, tuple(sorted(draft.cues))) if draft.type else None,  # type: ignore[arg-type]
        period=draft.period.span if draft.period else None,
        period_start=start,
        period_end=end,
        modifier=MODIFIER_NAMES.get(draft.modifier, "="),
    )


def _dates(period: _Marked) -> tuple[date | None, date | None]:
    try:
        (written,) = period.links
        start, end = (date.fromisoformat(day) if day else None for day in written.split("/"))
    except ValueError:
        raise MarkupError(f"the period {period.span.text!r} needs its dates: |START/END, either may be empty") from None
    return start, end


def to_markup(report: AnnotatedReport) -> str:
    """Write a report in the inline notation; `from_markup` takes it back.

    A period whose values date it differently keeps the dates of the first.
    """
    spans = report.spans
    marks = [_Marked(_letter(item.label), item.span, 0) for item in spans]
    ids = {(item.label, item.span): f"{mark.letter}{i}" for i, (item, mark) in enumerate(zip(spans, marks), 1)}
    facts = {fact.value: (fact, index in report.optional) for index, fact in enumerate(report.facts)}
    dates = {fact.period: f"{fact.period_start or ''}/{fact.period_end or ''}" for fact in reversed(report.facts)}
    parts, position = [], 0
    for index, (item, mark) in enumerate(zip(spans, marks)):
        parts.append(report.text[position : item.span.start])
        if item.label == "VALUE":
            following = _following_unit(report.text, marks, index, mark)
            parts.append(f"{{v:{item.span.text}|{_links(*facts[item.span], following, ids)}}}")
        else:
            behind = f"|{dates[item.span]}" if item.label == "PERIOD" else ""
            parts.append(f"{{{ids[item.label, item.span]}:{item.span.text}{behind}}}")
        position = item.span.end
    return "".join(parts) + report.text[position:]


def _letter(label: Label) -> str:
    return next(letter for letter, name in LETTERS.items() if name == label)


def _links(fact: Fact, optional: bool, following: Span | None, ids: dict[tuple[Label, Span], str]) -> str:
    links = [ids["METRIC", span] for span in fact.metric]
    links += [">" + ids["METRIC", span] for span in fact.context]
    if fact.unit != following:
        links.append(ids["UNIT", fact.unit] if fact.unit else "u-")
    if fact.comparison:
        links += [ids["COMPARISON", span] for span in fact.comparison.spans]
        short = next(short for short, name in TYPES.items() if name == fact.comparison.type)
        links.append(f"{short}:{fact.comparison.basis}")
    if fact.period:
        links.append(ids["PERIOD", fact.period])
    links += [name for name, sign in MODIFIER_NAMES.items() if sign == fact.modifier]
    if fact.number is not None and fact.number != conventional(fact.value.text):
        links.append(f"n={number_text(fact.number)}")
    if optional:
        links.append("opt")
    return " ".join(links)


def recognises(path: Path) -> bool:
    """Whether a path is a report in the inline notation, NAME.mk, or a folder with any."""
    return any(path.rglob(f"*{_SUFFIX}")) if path.is_dir() else path.suffix == _SUFFIX


def read(path: Path) -> Iterator[Checked]:
    """The reports of a folder by name, or the one of a file."""
    for file in sorted(path.rglob(f"*{_SUFFIX}")) if path.is_dir() else [path]:
        try:
            report = from_markup(file.stem, file.read_bytes().decode())
        except UnicodeDecodeError as error:
            yield Checked(AnnotatedReport(file.stem, "", ()), file, (Problem(1, f"no UTF-8 text: {error}"),))
        except MarkupError as error:
            yield Checked(AnnotatedReport(file.stem, "", ()), file, error.problems)
        else:
            _, problems = regraphed(report).report(report.name)
            yield Checked(report, file, tuple(problems))


def write(reports: Iterable[AnnotatedReport], output: Path) -> None:
    """Write reports into a folder.

    Raises
    ------
    ValueError
        Where the notation cannot say what a report holds: a text with braces, or one period with two readings.
    """
    written = [(report, to_markup(report)) for report in reports]
    for report, marked in written:
        try:
            kept = from_markup(report.name, marked) == report
        except MarkupError:
            kept = False
        if not kept:
            raise ValueError(f"{report.name} cannot be written in the inline notation without loss: choose another")
    output.mkdir(parents=True, exist_ok=True)
    for report, marked in written:
        with whole_file(output / f"{report.name}{_SUFFIX}") as temporary:
            temporary.write_bytes(marked.encode())
