# make run         the app, at http://$(HOST):$(PORT)
# make test        everything that must hold before a change is shared; the browser's tests beside all others
# make test-whole  every combination of cells, layers, directions … , and more examples drawn for every property
# make benchmark   the figures of the README, measured here
# make clean       remove the environment and every cache
#
# All but the last first see to the environment in .venv. For another Python: make run PYTHON=python3.12

PYTHON ?= python3
# Not ?=, which would take the machine's own name from shells that export HOST.
HOST = 127.0.0.1
PORT = 8501

VENV = .venv
RUN = $(VENV)/bin/python

.PHONY: run test test-whole benchmark clean environment install

run: environment
	@$(RUN) -m explorer --host $(HOST) --port $(PORT)

test: environment
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy
	@$(RUN) -m pytest tests/browser >$(VENV)/browser.txt 2>&1 & browser=$$!; trap 'kill $$browser' INT TERM; \
	echo '$(RUN) -m pytest --ignore tests/browser, and beside it: tests/browser'; \
	$(RUN) -m pytest --ignore tests/browser; others=$$?; \
	wait $$browser; status=$$?; cat $(VENV)/browser.txt; test $$others -eq 0 && test $$status -eq 0

# A plain run tries every pair of values of any two options. This one tries all of them together.
test-whole: environment
	$(RUN) -m pytest tests/core tests/explorer --whole-product

benchmark: environment
	@for file in $$(grep -l '^if __name__' benchmarks/*.py); do \
	  echo "== $$file"; $(RUN) -m benchmarks.$$(basename $$file .py) || exit 1; \
	done

# The stamp is a copy of the requirements last installed: whole, or it is not there.
environment:
	@cmp -s requirements.txt $(VENV)/installed.txt && $(RUN) -c '' 2>/dev/null || $(MAKE) --no-print-directory install

# What is left of an environment that has no pip, or too old a Python, is made anew.
install:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Unrolled needs Python 3.11 or newer, and $(PYTHON) is not. Name one that is: make run PYTHON=python3.12' >&2; \
	  exit 1; }
	@$(RUN) -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@echo 'Installing requirements.txt into $(VENV): a few minutes, this once.'
	@rm -f $(VENV)/installed.txt
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@cp requirements.txt $(VENV)/installed.txt

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
