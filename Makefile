# The things one does. Each installs what it needs into its own virtual environment first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SAMPLE := data/annotated/test/tan-hiep-thuan-2022-08.txt

.PHONY: demo test browser programs bench bench-files bench-adapt train evaluate clean

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

# looks at the pages in Debian's chromium
browser: $(READY)
	$(BIN)/python -m pytest -o addopts="-q --import-mode=importlib" tests/browser

# other programs themselves: LibreOffice, ocrmypdf, Label Studio (LABEL_STUDIO=its program), pip and spaCy's packaging
programs: $(READY)
	$(BIN)/python -m pytest -o addopts="-q --import-mode=importlib" tests/programs

# how fast it is, beside others, and how it scales; on an idle machine; writes docs/performance.md
bench: $(READY)
	$(BIN)/python tests/benchmarks/speed.py

# what reading files costs in accuracy
bench-files: $(READY)
	$(BIN)/python tests/benchmarks/files.py

# what ten annotated reports of a new sector bring
bench-adapt: $(READY)
	$(BIN)/python tests/benchmarks/adaptation.py

train: $(READY)
	$(BIN)/baocao-nlp train data/annotated/train --calibrate data/annotated/dev --second data/annotated/second --held-out data/annotated/test --output models/vi_baocao

evaluate: $(READY)
	$(BIN)/baocao-nlp evaluate data/annotated/test --second data/annotated/second

clean:
	rm -rf $(VENV) dist build
