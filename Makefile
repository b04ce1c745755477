# Two commands: `make run` starts everything, `make test` passes the tests. Both install what they need into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --retries 5 --timeout 180
PACKAGES := agents baton benchmarks console evals handoffs memory tracing

export HF_HUB_OFFLINE = 1
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD = 1

.PHONY: run test check soak format lock browser clean

run: $(VENV)/installed
	@exec $(BIN)/baton run $(ARGS)

test: $(VENV)/installed-dev browser
	@$(BIN)/python -m pytest $(ARGS)

soak: $(VENV)/installed-dev browser
	@$(BIN)/python -m pytest -m soak $(ARGS)

check: $(VENV)/installed-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyright --pythonpath $(BIN)/python
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest $(ARGS)

format: $(VENV)/installed-dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# The stamps are newer than what they were made from, so that an unchanged lock costs nothing.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Baton needs Python 3.11 or newer, and '$(PYTHON)' is not: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "No virtual environment could be made: install the package python3-venv."; exit 1; }

$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Baton needs into $(VENV); the first time takes some minutes ..."
	@$(PIP) -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	@echo "Installing what the tests need ..."
	@$(PIP) -r requirements-dev.lock
	@touch $@

# Debian's Chromium, where it is missing and can be had; without it the browser tests are skipped by name.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the browser tests ..."; \
		export DEBIAN_FRONTEND=noninteractive; \
		{ apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium; } >/dev/null 2>&1 \
		|| echo "Chromium could not be installed: the browser tests will be skipped."; \
	else echo "Chromium is missing: the browser tests will be skipped."; fi

# Resolve anew in empty environments and write both locks. A local build's suffix ("+cpu") is no version of its own.
lock:
	@rm -rf $(VENV)-lock && $(PYTHON) -m venv $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip install --quiet --upgrade pip setuptools
	@$(VENV)-lock/bin/python -m pip install --quiet --editable .
	@$(VENV)-lock/bin/python -m pip freeze --exclude-editable --all --exclude pip | sed 's/+cpu$$//' > requirements.lock
	@$(VENV)-lock/bin/python -m pip install --quiet --editable '.[dev]'
	@$(VENV)-lock/bin/python -m pip freeze --exclude-editable --all --exclude pip | sed 's/+cpu$$//' \
		| grep -vxFf requirements.lock > requirements-dev.lock
	@rm -rf $(VENV)-lock

clean:
	@rm -rf $(VENV) $(VENV)-lock build *.egg-info .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find $(PACKAGES) tests -name __pycache__ -type d -exec rm -rf {} +
