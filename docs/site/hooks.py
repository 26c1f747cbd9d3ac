"""Lays out the pages of the site before it is built.

In the repository ``page.md`` is English and ``page.vi.md`` Vietnamese, and a line at the top leads from one to the
other; the site wants the language in both names, Vietnamese being its first, and has a switch of its own. The changelog
and the like stand elsewhere in the repository and are pages of the site too.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path, PurePosixPath
from posixpath import normpath

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from typer.cli import get_docs_for_click

from baocao_nlp.cli import app

ROOT = Path(__file__).parents[2]
# pages that stand elsewhere, by the name they have on the site
ELSEWHERE = {
    "datasheet": "data/annotated/README",
    "changelog": "CHANGELOG",
    "contributing": "CONTRIBUTING",
    "security": "SECURITY",
}
ONLY_ENGLISH = '!!! note "Lưu ý"\n    Trang này chỉ có bản tiếng Anh.\n\n'
_SWITCH_RE = re.compile(r"\*?\[(?:English|Tiếng Việt)\]\([\w./-]+\)\*?(?: · |\n+)?")
_LINK_RE = re.compile(r"(?<=\]\()(?!\w+:|#)([^)#\s]+)")


@event_priority(100)
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Have the site built from the pages laid out."""
    pages = ROOT / "build" / "pages"
    lay_out(pages)
    config.docs_dir = str(pages)
    return config


@event_priority(-200)
def on_post_build(config: MkDocsConfig) -> None:
    """Have the search without a server know all languages: its plugin wrote what there was before the last of them."""
    folder = Path(config.site_dir) / "search"
    index = (folder / "search_index.json").read_text(encoding="utf-8")
    (folder / "search_index.js").write_text(f"var __index = {index}", encoding="utf-8")


def lay_out(pages: Path) -> None:
    """Write every page in both languages, and copy pictures and notebooks."""
    shutil.rmtree(pages, ignore_errors=True)
    shutil.copytree(Path(__file__).parent / "assets", pages / "assets")
    for picture in [*ROOT.glob("docs/*.svg"), *ROOT.glob("docs/*.png")]:
        is_english = picture.with_suffix(f".vi{picture.suffix}").exists()
        shutil.copy(picture, pages / (f"{picture.stem}.en{picture.suffix}" if is_english else picture.name))
    (pages / "notebooks").mkdir()
    for notebook in ROOT.glob("notebooks/*.ipynb"):
        shutil.copy(notebook, pages / "notebooks")
    names = {path.name.split(".")[0]: f"docs/{path.name.split('.')[0]}" for path in ROOT.glob("docs/*.md")}
    for name, place in (names | ELSEWHERE).items():
        for language, ends in (("en", (".md",)), ("vi", (".vi.md", ".md"))):
            path = next(path for end in ends if (path := ROOT / (place + end)).exists())
            text = page(path.read_text(encoding="utf-8"), PurePosixPath(place).parent)
            if language == "vi" and path.suffixes != [".vi", ".md"]:
                text = text.replace("\n\n", f"\n\n{ONLY_ENGLISH}", 1)
            (pages / f"{name}.{language}.md").write_text(text, encoding="utf-8")


def page(text: str, folder: PurePosixPath) -> str:
    """The text of a page of a folder, with links between pages as the site has them."""
    text = _SWITCH_RE.sub("", text).replace("<!-- command line -->", command_line())
    return _LINK_RE.sub(lambda link: site_link(normpath(str(folder / link[1]))), text)


def site_link(target: str) -> str:
    """Where a file of the repository is on the site; the site finds the language itself."""
    stem = re.sub(r"(\.vi)?\.md$", "", target)
    name = next((name for name, place in ELSEWHERE.items() if place == stem), None)
    if target.startswith("notebooks/"):
        return target
    if name is None and target.startswith("docs/"):
        name = stem.removeprefix("docs/")
    if name is None:
        raise ValueError(f"{target} is no page of the site: name it without a link")
    return f"{name}.md" if target.endswith(".md") else name


def command_line() -> str:
    """What ``--help`` tells of every command, as Markdown."""
    command = typer.main.get_command(app)
    context = typer.Context(command, info_name="baocao-nlp")
    return get_docs_for_click(obj=command, ctx=context, name="baocao-nlp", indent=1)
