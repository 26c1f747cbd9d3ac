"""Metrics by structure: what stands where a metric would, before a value that has none near it.

A tagger that has never seen a phrase may leave it out, yet something must name the value. The nearest
words before it, up to a number or mark, are offered with a low probability; a trained linker takes them or
not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from baocao_nlp.meaning.words import word_list
from baocao_nlp.tagging.mentions import Mention
from baocao_nlp.text.document import Document, Sentence
from baocao_nlp.text.tokens import is_number

PROBABILITY = 0.01
_EDGES = frozenset(',;:().-–+“”"')


def unnamed_metrics(document: Document, sentence: Sentence, mentions: Iterable[Mention]) -> list[Mention]:
    """What may name the first value of a sentence, where no metric stands before it."""
    covered = {i: mention.label for mention in mentions for i in range(mention.first, mention.last + 1)}
    segments = _segments(document, sentence, covered)
    for index, (_, leads_to_value) in enumerate(segments):
        if any(covered.get(i) == "METRIC" for i in segments[index][0]):
            break
        if leads_to_value:
            offered = (_stripped(document, segments[earlier][0]) for earlier in range(index, -1, -1))
            nearest = next((tokens for tokens in offered if tokens), None)
            return [Mention("METRIC", nearest[0], nearest[-1], sentence.index, PROBABILITY)] if nearest else []
    return []


def _segments(document: Document, sentence: Sentence, covered: Mapping[int, str]) -> list[tuple[list[int], bool]]:
    """What lies between marks, numbers and other mentions, and whether a value ends it."""
    segments: list[tuple[list[int], bool]] = []
    current: list[int] = []
    for i in sentence.tokens:
        label = covered.get(i)
        if label == "PERIOD":
            continue
        is_edge = document.tokens[i].text in _EDGES or is_number(document.tokens[i].text)
        if is_edge or label in ("VALUE", "UNIT", "COMPARISON"):
            if current or label == "VALUE":
                segments.append((current, label == "VALUE"))
            current = []
        elif current and i != current[-1] + 1:
            segments.append((current, False))
            current = [i]
        else:
            current.append(i)
    return segments


def _stripped(document: Document, tokens: Sequence[int]) -> Sequence[int]:
    """Tokens without the function words at either end."""
    first, last = 0, len(tokens)
    function_words = word_list("function")
    while first < last and document.tokens[tokens[first]].text.lower() in function_words:
        first += 1
    while last > first and document.tokens[tokens[last - 1]].text.lower() in function_words:
        last -= 1
    return tokens[first:last]
