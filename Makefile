# make run and make test set up what they need in .venv; nothing outside this folder is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
PINS := .ci/pins.txt
JOBS ?= 2

.PHONY: run test check bench pins clean

run: $(VENV)/.run ## open mailscope on the samples, which answer from their own DNS recording
	$(BIN)/mailscope --dns samples/dns.json samples/

test: $(VENV)/.dev ## the whole test suite
	$(BIN)/pytest -n $(JOBS)

check: $(VENV)/.dev ## format, lint, import contracts, types: what CI runs
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pyright

bench: $(VENV)/.dev ## measure; nothing is asserted
	for each in benchmarks/*.py; do echo "== $$each"; $(BIN)/python "$$each" || exit 1; done

pins: $(VENV)/.dev ## write down the versions that are installed now
	{ sed -n 1p $(PINS); { $(BIN)/pip freeze --all --exclude-editable | grep -vi '^setuptools'; } | sort -f; } > $(PINS).new
	mv $(PINS).new $(PINS)

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# The build backend is installed beside the rest, pinned like it, since older versions of pip let no constraint reach an
# isolated build.
$(VENV)/.run: pyproject.toml $(PINS)
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -c $(PINS) pip hatchling editables
	$(PIP) install -c $(PINS) --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) install -c $(PINS) --no-build-isolation --editable '.[dev]'
	touch $@
