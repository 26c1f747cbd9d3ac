"""Annotated reports: how they are stored, written by hand, and checked."""

from baocao_nlp.annotation.brat import find_reports, load_report, save_report
from baocao_nlp.annotation.formats import load_reports
from baocao_nlp.annotation.markup import MarkupError, from_markup, to_markup
from baocao_nlp.annotation.problems import AnnotationError, Problem
from baocao_nlp.annotation.report import AnnotatedReport

__all__ = [
    "AnnotatedReport",
    "AnnotationError",
    "MarkupError",
    "Problem",
    "find_reports",
    "from_markup",
    "load_report",
    "load_reports",
    "save_report",
    "to_markup",
]
