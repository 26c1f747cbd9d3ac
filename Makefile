# The things one does. Each installs what it needs into its own virtual environment first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SAMPLE := data/annotated/test/tan-hiep-thuan-2022-08.txt

.PHONY: demo test docs browser programs bench bench-many bench-files bench-adapt bench-memory figures train evaluate lock check coverage \
	mutation fuzz release test-release clean

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

# other programs themselves: LibreOffice, ocrmypdf, Label Studio (LABEL_STUDIO=its program), pip and spaCy's packaging
programs: $(READY)
	$(BIN)/python -m pytest -o addopts="-q --import-mode=importlib" tests/programs

# how fast it is beside others, and what else it costs; on an idle machine; writes docs/performance.md
bench: $(READY)
	$(BIN)/python tests/benchmarks/speed.py

# how the command line scales over cores and files; on an idle machine
bench-many: $(READY)
	$(BIN)/python tests/benchmarks/many_files.py

# what reading files costs in accuracy
bench-files: $(READY)
	$(BIN)/python tests/benchmarks/files.py

# what ten annotated reports of a new sector bring
bench-adapt: $(READY)
	$(BIN)/python tests/benchmarks/adaptation.py

# every figure and picture of README and docs, after a model was trained; minutes
figures: $(READY)
	$(BIN)/python tests/benchmarks/figures.py
	$(BIN)/python -m pytest -o addopts="-q" --nbmake --overwrite notebooks

# ten thousand extractions by one process, whose memory must not grow
bench-memory: $(READY)
	$(BIN)/python tests/benchmarks/memory.py

train: $(READY)
	$(BIN)/baocao-nlp train data/annotated/train --calibrate data/annotated/dev --second data/annotated/second --held-out data/annotated/test --teachers 3 --output models/vi_baocao

evaluate: $(READY)
	$(BIN)/baocao-nlp evaluate data/annotated/test --second data/annotated/second

# what checks the project itself has an environment of its own, installed by hash from the lock
CHECKS ?= .venv-checks
TOOLS := $(CHECKS)/bin
CHECKED := $(CHECKS)/.ready
EPOCH := $(shell git log -1 --format=%ct 2>/dev/null || echo 315532800)
UV_COMPILE = $(TOOLS)/uv pip compile pyproject.toml --extra dev --extra checks -c constraints.txt --universal \
	--generate-hashes --no-emit-index-url --no-header --quiet

$(CHECKED): requirements-dev.lock
	$(PYTHON) -m venv $(CHECKS)
	$(TOOLS)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(TOOLS)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

# after a change of dependencies: constraints.txt says the versions, the lock their hashes
lock: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
	$(UV_COMPILE:$(TOOLS)/%=$(BIN)/%) -o requirements-dev.lock

# the lock is up to date, and nothing in it is known to be harmful (asks the vulnerability service, so it needs a network)
check: $(CHECKED)
	mkdir -p build
	cp requirements-dev.lock build/requirements-dev.lock
	$(UV_COMPILE) -o build/requirements-dev.lock
	diff requirements-dev.lock build/requirements-dev.lock
	$(TOOLS)/python -m pip_audit --requirement requirements-dev.lock --strict --require-hashes --disable-pip --progress-spinner off

# lines and branches of the package that the tests run
coverage: $(CHECKED)
	$(TOOLS)/python -m pytest --cov --cov-report=term

# whether the tests notice when meaning or linking is changed: some hours on two cores
mutation: $(CHECKED)
	$(TOOLS)/python -m mutmut run
	$(TOOLS)/python -m mutmut results

# two million runs: some hours on two cores; SHARE=0.01 for a first look
SHARE ?= 1
fuzz: $(CHECKED)
	nice -n 19 $(TOOLS)/python tests/fuzzing/fuzz.py --share $(SHARE)

# the wheel, built twice to the same bytes, and checked; the licences and the bill of materials of what it brings along
release: $(CHECKED)
	rm -rf dist build/again build/installed
	SOURCE_DATE_EPOCH=$(EPOCH) $(TOOLS)/python -m build --outdir dist
	SOURCE_DATE_EPOCH=$(EPOCH) $(TOOLS)/python -m build --outdir build/again
	cd dist && for file in *; do cmp $$file ../build/again/$$file; done
	$(TOOLS)/python -m twine check --strict dist/*
	$(PYTHON) -m venv build/installed
	build/installed/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt \
		"$$(ls dist/*.whl)[files,outputs]"
	$(TOOLS)/cyclonedx-py environment --output-reproducible --of JSON -o dist/sbom.cdx.json build/installed/bin/python
	$(TOOLS)/python tests/release/licences.py build/installed/bin/python > docs/licences.md

# the wheel on every Python that it is for, each in an environment of its own
PYTHONS ?= python3.11 python3.12 python3.13
test-release: release
	for python in $(PYTHONS); do \
		rm -rf build/$$python && $$python -m venv build/$$python && \
		build/$$python/bin/python -m pip install --quiet --disable-pip-version-check \
			"$$(ls dist/*.whl)[files,outputs]" && \
		build/$$python/bin/python -P tests/release/smoke.py || exit 1; \
	done

clean:
	rm -rf $(VENV) $(CHECKS) dist build mutants
