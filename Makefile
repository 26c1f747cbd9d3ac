# The things one does. Each installs what it needs into its own virtual environment first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SAMPLE := data/annotated/test/tan-hiep-thuan-2022-08.txt

.PHONY: demo test docs browser programs bench bench-files figures train evaluate clean

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: $(READY)
	$(BIN)/baocao-nlp extract --format table $(SAMPLE)

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

# the site, into build/site; every link and anchor of it is looked at
docs: $(READY)
	$(BIN)/mkdocs build --strict --quiet --config-file docs/site/mkdocs.yml
	$(BIN)/linkchecker --config docs/site/linkchecker.ini build/site/index.html build/site/en/index.html
	@echo "build/site/index.html"

# looks at the pages in Debian's chromium
browser: $(READY)
	$(BIN)/python -m pytest -o addopts="-q --import-mode=importlib" tests/browser

# reads .doc, .odt, .rtf and scanned pages by the real LibreOffice and ocrmypdf
programs: $(READY)
	$(BIN)/python -m pytest -o addopts="-q --import-mode=importlib" tests/programs

# how fast it is, beside others, and how it scales; on an idle machine; writes docs/performance.md
bench: $(READY)
	$(BIN)/python tests/benchmarks/speed.py

# what reading files costs in accuracy
bench-files: $(READY)
	$(BIN)/python tests/benchmarks/files.py

# every figure and picture of README and docs, after a model was trained; minutes
figures: $(READY)
	$(BIN)/python tests/benchmarks/figures.py
	$(BIN)/python -m pytest -o addopts="-q" --nbmake --overwrite notebooks

train: $(READY)
	$(BIN)/baocao-nlp train data/annotated/train --calibrate data/annotated/dev --second data/annotated/second --output models/vi_baocao

evaluate: $(READY)
	$(BIN)/baocao-nlp evaluate data/annotated/test --second data/annotated/second

clean:
	rm -rf $(VENV) dist build
