# Two commands for a fresh machine with Python >= 3.11, make and apt: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin

.PHONY: demo install test check bench fuzz kills soak soak-commands soak-doors mutation pictures format clean

demo: $(VENV)/installed  ## a real Asterisk, two real phones, Slack played by a stand-in; SOCKET=1: in Socket Mode
	@SOCKET=$(SOCKET) $(RUN)/python -m tests.demo

install: $(VENV)/installed-to-run  ## what runs on a PBX, without the tools for tests

test: check  ## lint, types and every test
	$(RUN)/python -m pytest

check: $(VENV)/installed
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy .

bench: $(VENV)/installed  ## the figures of "How fast" in docs/asterisk-notes.md, measured here
	$(RUN)/python -m tests.bench

fuzz: $(VENV)/installed  ## 5,000 requests to the API, by its description and against it; SEED=7 repeats
	@$(RUN)/python -m tests.fuzz $(SEED)

kills: $(VENV)/installed  ## a process killed at ten times as many places as in `make test`
	MORE_KILLS=10 $(RUN)/python -m pytest tests/pbx/test_kill.py tests/pbx/test_outbound_kill.py tests/pbx/adoption/test_adopt_killed.py tests/handlers/slack/kills

soak: $(VENV)/installed  ## an hour of calls, commands and programs while everything dies, and what all say of it; MINUTES=10 DATABASE=postgresql SEED=8
	@$(RUN)/python -m tests.soak --minutes $(or $(MINUTES),60) --database $(or $(DATABASE),sqlite) --seed $(or $(SEED),7)

soak-commands: $(VENV)/installed  ## 1,000 slash commands, and the web process killed every second: none lost, none twice; COMMANDS=100 SEED=7 SOCKET=1 DATABASE=postgresql
	@$(RUN)/python -m tests.soak.commands_killed --commands $(or $(COMMANDS),1000) --seed $(or $(SEED),1) --database $(or $(DATABASE),sqlite) $(if $(SOCKET),--socket)

soak-doors: $(VENV)/installed  ## the same with what comes by the other doors: API, HR, the page, workflows; REQUESTS=50 SEED=7 DATABASE=postgresql
	@$(RUN)/python -m tests.soak.doors_killed --requests $(or $(REQUESTS),200) --seed $(or $(SEED),1) --database $(or $(DATABASE),sqlite)

mutation: $(VENV)/installed  ## 100 random places of the pure modules broken: do their own tests notice? SEED=7 repeats
	@$(RUN)/python -m tests.mutation $(SEED)

pictures: $(VENV)/installed tests/pictures/node_modules/.package-lock.json  ## every message, window and App Home as PNGs in pictures/; ONLY=status draws some
	@$(RUN)/python -m tests.pictures $(ONLY)

tests/pictures/node_modules/.package-lock.json: tests/pictures/package-lock.json
	@command -v npm >/dev/null || { echo "make pictures needs Node.js 20 or newer and npm on PATH: on Debian, apt-get install nodejs npm"; exit 1; }
	@cd tests/pictures && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

format: $(VENV)/installed
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

clean:
	rm -rf $(VENV)

# Installs the first file that a target depends on.
define installed
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Switchhook needs Python 3.11 or newer; try make PYTHON=python3.12")'
	@echo "Installing the Python packages into $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(RUN)/pip install --quiet --disable-pip-version-check -r $<
	@touch $@
endef

$(VENV)/installed: requirements-dev.txt requirements.txt
	$(installed)

$(VENV)/installed-to-run: requirements.txt
	$(installed)
