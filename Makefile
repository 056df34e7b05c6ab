# make run              the app, at http://$(HOST):$(PORT)
# make test             everything that must hold before a change is shared; the browser's tests beside all others
# make check            its first part alone: lint, format, types
# make test-whole       every combination of cells, layers, directions …, and more examples of every property
# make container-test   the steps of the Dockerfile, in an empty environment
# make wheel            the package that can be installed, into dist/
# make benchmark        the figures of the README, measured here
# make constraints      constraints.txt anew, after a change of the requirements
# make clean            remove the environment, what was built, and every cache
#
# They see to the environment in .venv: `make run` to what runs, the others to what checks it, too.
# For another Python: make run PYTHON=python3.12

PYTHON ?= python3
# Not ?=, which would take the machine's own name from shells that export HOST.
HOST = 127.0.0.1
PORT = 8501

VENV = .venv
RUN = $(VENV)/bin/python
PIP = -m pip --disable-pip-version-check --quiet

.PHONY: run test test-whole check container-test wheel benchmark constraints clean environment tools install

run: environment
	@$(RUN) -m explorer --host $(HOST) --port $(PORT)

# The browser's tests wait more than they compute: two halves of them run beside all others.
test: check
	@$(RUN) -m pytest tests/browser --part 1/2 >$(VENV)/browser-1.txt 2>&1 & one=$$!; \
	$(RUN) -m pytest tests/browser --part 2/2 >$(VENV)/browser-2.txt 2>&1 & two=$$!; \
	trap 'kill $$one $$two' INT TERM; \
	echo '$(RUN) -m pytest --ignore tests/browser, and beside it: tests/browser in two parts'; \
	$(RUN) -m pytest --ignore tests/browser; others=$$?; \
	wait $$one; one=$$?; wait $$two; two=$$?; cat $(VENV)/browser-1.txt $(VENV)/browser-2.txt; \
	test $$others -eq 0 && test $$one -eq 0 && test $$two -eq 0

check: tools
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy

# A plain run tries every pair of values of any two options. This one tries all of them together.
test-whole: tools
	$(RUN) -m pytest tests/core tests/explorer --whole-product

container-test: tools
	$(RUN) -m pytest tests/packaging/container.py

wheel: tools
	@rm -f dist/unrolled-*.whl
	@$(RUN) $(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

benchmark: tools
	@for file in $$(grep -l '^if __name__' benchmarks/*.py); do \
	  echo "== $$file"; $(RUN) -m benchmarks.$$(basename $$file .py) || exit 1; \
	done

# Beside the environment lies a copy of what was installed into it last: whole, or it is not there.
holds = cat $(1) constraints.txt | cmp -s - $(VENV)/$(1) && $(RUN) -c '' 2>/dev/null

environment:
	@$(call holds,requirements.txt) || $(MAKE) --no-print-directory install FILE=requirements.txt

tools: environment
	@$(call holds,requirements-dev.txt) || $(MAKE) --no-print-directory install FILE=requirements-dev.txt

# What is left of an environment that has no pip, or too old a Python, is made anew.
install:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Unrolled needs Python 3.11 or newer, and $(PYTHON) is not. Name one that is: make run PYTHON=python3.12' >&2; \
	  exit 1; }
	@$(RUN) -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@echo 'Installing $(FILE) into $(VENV): a few minutes, this once.'
	@rm -f $(VENV)/$(FILE)
	@$(RUN) $(PIP) install -r $(FILE)
	@cat $(FILE) constraints.txt > $(VENV)/$(FILE)

# Resolved in an empty environment. A part after + names the build of one machine, not the version.
constraints:
	@rm -rf $(VENV)-resolved && $(PYTHON) -m venv $(VENV)-resolved
	@cat requirements.txt requirements-dev.txt | sed '/^-c/d' > $(VENV)-resolved/wanted.txt
	@$(VENV)-resolved/bin/python $(PIP) install -r $(VENV)-resolved/wanted.txt
	@{ echo '# Every package that requirements.txt and requirements-dev.txt bring: make constraints'; \
	  $(VENV)-resolved/bin/python $(PIP) freeze --all | sed -e '/^pip==/d' -e 's/+.*//'; } > $(VENV)-resolved/found.txt
	@mv $(VENV)-resolved/found.txt constraints.txt && rm -rf $(VENV)-resolved

clean:
	rm -rf $(VENV) $(VENV)-resolved dist .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
