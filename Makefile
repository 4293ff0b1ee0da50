# Two commands do everything: `make plan` shows Magwise at work, `make test` proves it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: plan test test-all lint docs bench study calibrate validate tour clean help

help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ —/'

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; ok = (3, 11) <= v <= (3, 13); print("" if ok else f"Magwise needs Python 3.11 to 3.13; this is {v[0]}.{v[1]}. Try: make PYTHON=python3.12 plan"); sys.exit(not ok)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e . --group dev
	@touch $@

BROWSER := $(VENV)/.browser

$(BROWSER): tests/browser/chromium.py | $(READY)
	@$(BIN)/python tests/browser/chromium.py && touch $@

plan: $(READY)   ## set up, then plan the example person
	@$(BIN)/magwise plan examples/thyroid-nurse.toml

test: $(READY) $(BROWSER) lint  ## everything a change must pass, in under ten minutes
	@$(BIN)/python -m pytest -n 2 -m "not slow"

test-all: $(READY) $(BROWSER) lint  ## the same, with the slow studies
	@$(BIN)/python -m pytest -n 2

lint: $(READY)   ## style, types, and which way imports point
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache > $(VENV)/imports.txt || (cat $(VENV)/imports.txt; false)

docs: $(READY)   ## write the generated pages of docs/reference
	@$(BIN)/python -m magwise.adapters.report.reference docs/reference && echo "docs/reference is up to date."

bench: $(READY)  ## what we are fast at, beside peers, in one run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --group bench \
		|| echo "Some peers could not be installed; their rows say so."
	@$(BIN)/python -m bench

study: $(READY)  ## how often a verdict is wrong, on a thousand logs a row (an hour)
	@$(BIN)/python -m studies.verdict --logs 1000
	@$(BIN)/python -m studies.trials --logs 1000

calibrate: $(READY)  ## fit the body model to its calibration rows again, from the same seed
	@$(BIN)/python -m magwise.simulate.calibrate

validate: $(READY)  ## the published checks, row by row, pass or fail
	@$(BIN)/python -m magwise.simulate.validate

tour: $(READY) $(BROWSER)  ## every page of the web app as pictures, in out/tour
	@$(BIN)/python tests/browser/tour.py out/tour

clean:           ## remove what set-up made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
