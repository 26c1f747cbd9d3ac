"""Features of a value and a mention it may be linked to, as numbers for the trained scorers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import log1p

from baocao_nlp.facts import Label
from baocao_nlp.linking.scene import COUNTED, Candidate, Scene
from baocao_nlp.meaning.comparisons import cue_basis, cue_type
from baocao_nlp.tagging.features import form
from baocao_nlp.tagging.mentions import Mention

_WHERE = ("before", "after", "earlier", "anchor", "above")
_DIMENSIONS = ("count", "share", "money", "area", "mass")
_KINDS = ("VALUE", "METRIC", "PERIOD", "COMPARISON", *COUNTED)
_TYPES = ("increase", "decrease", "ratio", "share")
_BASES = ("plan", "same_period", "previous_period", "previous_year", "total")
_PERIOD_HINTS = ("lũy kế", "đến", "trong", "tháng", "quý", "năm", "ngày", "đầu năm")

NAMES: tuple[str, ...] = (
    *(f"where={name}" for name in _WHERE),
    *(f"between:{kind}" for kind in _KINDS),
    "distance", "sentences", "gap_words", "adjacent_before", "adjacent_after",
    "same_bracket", "value_deeper", "mention_deeper", "mention_closed",
    "rank_near", "rank_first", "is_nearest", "is_first", "rank_open", "is_nearest_open",
    "length", "capital", "colon_after", "opens_block", "in_heading", "probability",
    "follows_value", "precedes_value", "part_between", "value_between_adjacent",
    *(f"dimension={name}" for name in _DIMENSIONS), "no_unit",
    "fraction_top", "fraction_bottom", "value_in_bracket", "values_before", "cue_before", "cue_after",
    "metric_adjacent_before", "metric_adjacent_after", "period_before",
    *(f"type={name}" for name in _TYPES), *(f"basis={name}" for name in _BASES),
    *(f"period={name}" for name in _PERIOD_HINTS),
    "is_money_word", "is_total", "is_rate",
)  # fmt: skip


def pair_features(scene: Scene, value: Mention, label: Label, found: Sequence[Candidate]) -> list[list[float]]:
    """One row for each candidate of a value; columns as in `NAMES`."""
    of_value = _value_features(scene, value)
    ranks = _ranks(scene, value, found)
    return [
        _place_features(scene, value, item)
        + _rank_features(ranks, item)
        + _mention_features(scene, item.mention)
        + _around_features(scene, value, item.mention)
        + of_value
        + list(_word_features(label, scene.text(item.mention).lower()))
        for item in found
    ]


def _place_features(scene: Scene, value: Mention, item: Candidate) -> list[float]:
    mention = item.mention
    is_before = scene.start(mention) < scene.start(value)
    left, right = (mention, value) if is_before else (value, mention)
    begin, end = scene.end(left), scene.start(right)
    inner, outer = scene.brackets[scene.start(value)], scene.brackets[scene.start(mention)]
    shared = sum(a == b for a, b in zip(inner, outer))
    content = scene.between("content", begin, end)
    return [
        *(float(item.where == name) for name in _WHERE),
        *(float(min(scene.between(kind, begin, end), 20)) for kind in _KINDS),
        log1p(max(end - begin, 0)),
        float(min(abs(value.sentence - mention.sentence), 10)),
        float(min(content, 20)),
        float(is_before and content == 0 and end - begin < 7),
        float(not is_before and end - begin < 8 and all(_is_unit_word(scene, i) for i in range(begin + 1, end))),
        float(inner == outer and value.sentence == mention.sentence),
        float(len(inner) - shared),
        float(len(outer) - shared),
        float(len(outer) > shared and is_before),
    ]


def _is_unit_word(scene: Scene, place: int) -> bool:
    """Whether a place is inside a unit mention (looking back a few words for its start)."""
    for start in range(place, place - 5, -1):
        mention = scene.starting_at(start)
        if mention is not None:
            return mention.label == "UNIT" and scene.end(mention) >= place
    return False


def _ranks(scene: Scene, value: Mention, found: Sequence[Candidate]) -> dict[Mention, tuple[int, int, int]]:
    """For each candidate its rank by nearness and from the start among those reached the same way, and
    by nearness among those that stand before the value outside brackets closed before it."""
    ranks: dict[Mention, tuple[int, int, int]] = {}
    at = scene.start(value)
    before = sorted((scene.start(item.mention) for item in found if scene.start(item.mention) < at), reverse=True)
    open_places = [
        place for place in before if scene.brackets[place] == scene.brackets[at][: len(scene.brackets[place])]
    ]
    for where in _WHERE:
        group = sorted(
            (item.mention for item in found if item.where == where), key=lambda mention: abs(scene.start(mention) - at)
        )
        for rank, mention in enumerate(group):
            place = scene.start(mention)
            opened = open_places.index(place) if place in open_places else -1
            ranks[mention] = (rank, len(group) - 1 - rank, opened)
    return ranks


def _rank_features(ranks: dict[Mention, tuple[int, int, int]], item: Candidate) -> list[float]:
    near, first, opened = ranks[item.mention]
    return [float(near), float(first), float(near == 0), float(first == 0), float(opened), float(opened == 0)]


def _mention_features(scene: Scene, mention: Mention) -> list[float]:
    start, end = scene.start(mention), scene.end(mention)
    sentence = scene.sentence(mention)
    block = scene.document.blocks[sentence.block]
    return [
        float(min(end - start + 1, 15)),
        float(scene.words[start][0].isupper()),
        float(end + 1 < len(scene.words) and scene.words[end + 1] == ":"),
        float(mention.first == block.tokens[0]),
        float(block.is_heading),
        mention.probability,
    ]


def _around_features(scene: Scene, value: Mention, mention: Mention) -> list[float]:
    """How the mention hangs together with values other than this one."""
    start, end = scene.start(mention), scene.end(mention)
    before = scene.ending_at(start - 1)
    if before and before.label == "UNIT":
        before = scene.ending_at(scene.start(before) - 1)
    after = scene.starting_at(end + 1) or scene.starting_at(end + 2)
    is_left = start < scene.start(value)
    return [
        float(before is not None and before.label == "VALUE" and before is not value),
        float(after is not None and after.label == "VALUE" and after is not value),
        float(is_left and scene.between("part", end, scene.start(value)) > 0),
        float(is_left and after is not None and after.label == "VALUE" and scene.start(after) < scene.start(value)),
    ]


@lru_cache(maxsize=65536)
def _word_features(label: Label, text: str) -> tuple[float, ...]:
    """What the words of a mention say."""
    kind = cue_type(text) if label == "COMPARISON" else None
    basis = cue_basis(text) if label == "COMPARISON" else None
    hints = _PERIOD_HINTS if label == "PERIOD" else ()
    return (
        *(float(kind == name) for name in _TYPES),
        *(float(basis == name) for name in _BASES),
        *((float(hint in text) for hint in hints) if hints else (0.0,) * len(_PERIOD_HINTS)),
        float(any(word in text for word in ("số tiền", "kinh phí", "trị giá", "giá trị"))),
        float(text.startswith("tổng")),
        float(text.startswith(("tỷ lệ", "tỉ lệ"))),
    )


def _value_features(scene: Scene, value: Mention) -> list[float]:
    start, end = scene.start(value), scene.end(value)
    unit = scene.near_units[value]
    before = scene.ending_at(start - 1)
    after_unit = _after_unit(scene, end)
    sentence_start = scene.order[scene.sentence(value).tokens[0]]
    metric_before = next(
        (m for m in (scene.ending_at(start - back) for back in (1, 2, 3)) if m is not None and m.label == "METRIC"),
        None,
    )
    return [
        *(float(unit is not None and unit.dimension == name) for name in _DIMENSIONS),
        float(unit is None),
        float(_is_joined(scene, end + 1, scene.starting_at(end + 2))),
        float(_is_joined(scene, start - 1, scene.ending_at(start - 2))),
        float(len(scene.brackets[start])),
        float(min(scene.between("VALUE", sentence_start - 1, start), 20)),
        float(before is not None and before.label == "COMPARISON"),
        float(after_unit is not None and after_unit.label == "COMPARISON"),
        float(metric_before is not None),
        float(after_unit is not None and after_unit.label == "METRIC"),
        float(before is not None and before.label == "PERIOD"),
    ]


def _is_joined(scene: Scene, slash: int, other: Mention | None) -> bool:
    is_value = other is not None and other.label == "VALUE"
    return is_value and 0 <= slash < len(scene.words) and scene.words[slash] == "/"


def _after_unit(scene: Scene, end: int) -> Mention | None:
    following = scene.starting_at(end + 1)
    if following is not None and following.label == "UNIT":
        return scene.starting_at(scene.end(following) + 1)
    return following


def comparison_features(scene: Scene, value: Mention, cues: Sequence[Mention], metric: Sequence[Mention]) -> list[str]:
    """Features for the comparison of a value, for a sequence labeller over the values of a sentence."""
    start, end = scene.start(value), scene.end(value)
    unit = scene.near_units[value]
    dimension = unit.dimension if unit else "none"
    texts = [scene.text(cue).lower() for cue in cues]
    types = sorted({kind for text in texts if (kind := cue_type(text))})
    bases = sorted({basis for text in texts if (basis := cue_basis(text))})
    words = [form(word) for word in scene.words[max(start - 4, 0) : start]]
    after = _after_unit(scene, end)
    following = [form(word) for word in scene.words[end + 1 : end + 4]]
    place = "top" if _is_joined(scene, end + 1, scene.starting_at(end + 2)) else ""
    place += "bottom" if _is_joined(scene, start - 1, scene.ending_at(start - 2)) else ""
    features = [
        "bias",
        f"dimension={dimension}",
        f"types={'+'.join(types)}",
        f"bases={'+'.join(bases)}",
        f"both={'+'.join(types)}|{'+'.join(bases)}",
        f"types,dimension={'+'.join(types)},{dimension}",
        f"bases,dimension={'+'.join(bases)},{dimension}",
        f"fraction={place}",
        f"bracket={len(scene.brackets[start])}",
        f"after={after.label if after else form(scene.words[end + 2]) if end + 2 < len(scene.words) else '<>'}",
        f"fraction,dimension={place},{dimension}",
        *(f"cue={text}" for text in texts),
        *(f"-{i}={word}" for i, word in enumerate(reversed(words), 1)),
        *(f"+{i}={word}" for i, word in enumerate(following, 1)),
    ]
    features += [f"metric={form(word)}" for mention in metric for word in scene.text(mention).split()[:8]]
    features += _nearest_bases(scene, value, dimension)
    if len(words) > 1:
        features += [f"-2,-1={words[-2]},{words[-1]}", f"-1,dimension={words[-1]},{dimension}"]
        features.append(f"-1,types,bases={words[-1]},{'+'.join(types)},{'+'.join(bases)}")
    return features


def _nearest_bases(scene: Scene, value: Mention, dimension: str) -> list[str]:
    """The bases that the sentence names before and after a value, and how many values away."""
    start = scene.start(value)
    named = [
        (cue, basis)
        for cue in scene.by_sentence.get((value.sentence, "COMPARISON"), [])
        if (basis := cue_basis(scene.text(cue).lower()))
    ]
    features = []
    before = [(cue, basis) for cue, basis in named if scene.start(cue) < start]
    after = [(cue, basis) for cue, basis in named if scene.start(cue) > start]
    if before:
        cue, basis = before[-1]
        away = min(scene.between("VALUE", scene.end(cue), start), 3)
        features += [f"before={basis},{away}", f"before,dimension={basis},{dimension}"]
    if after:
        cue, basis = after[0]
        away = min(scene.between("VALUE", start, scene.start(cue)), 3)
        features += [f"behind={basis},{away}", f"behind,dimension={basis},{dimension}"]
    if named:
        features.append(f"named={'+'.join(sorted({basis for _, basis in named}))},{dimension}")
    return features
