# `make` lists what there is. Needs GNU make and Python 3.11 or newer; everything else goes into .venv.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test reliability bench bench-board bench-bot bench-records bench-ui screens lint format messages features vendor requirements clean venv venv-dev system-packages node-modules

PYTHON := $(shell for name in python3.11 python3 python3.12 python3.13; do \
  $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
RESULTS := .test-results
PYTEST := $(BIN)/python -m pytest

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: venv ## Start the desk (PORT, HOST, DATA_DIR, DEMO_PASSWORD)
	@exec $(BIN)/python manage.py quickstart

test: venv-dev system-packages node-modules lint ## Check everything, run every test, sum up
	@rm -rf $(RESULTS); mkdir $(RESULTS); unit=0; browser=0
	echo "== tests"
	$(PYTEST) -n 2 -m "not browser and not reliability" --junitxml=$(RESULTS)/unit.xml || unit=$$?
	echo "== browser tests"
	$(PYTEST) -n 2 -m browser --junitxml=$(RESULTS)/browser.xml || browser=$$?
	$(BIN)/python -m tests.summary $(RESULTS)/unit.xml=$$unit $(RESULTS)/browser.xml=$$browser

reliability: venv-dev ## The long forms of what docs/promises.md says (a quiet machine; 10 minutes)
	@$(PYTEST) -s -m reliability

lint: export DATA_DIR := $(CURDIR)/$(RESULTS)/lint-data
lint: venv-dev ## Style, types, import arrows, migrations, Django's own checks
	@echo "== ruff"; $(BIN)/ruff check -q; $(BIN)/ruff format -q --check
	@echo "== djlint"; $(BIN)/djlint --lint --quiet templates
	@echo "== mypy"; $(BIN)/mypy --no-error-summary
	@echo "== lint-imports"; $(BIN)/lint-imports
	@echo "== migrations"; $(BIN)/python manage.py makemigrations --check
	@echo "== manage.py check"; $(BIN)/python manage.py check

bench: WORK ?= $(shell mktemp -d /tmp/desk-bench.XXXXXX)
bench: venv-dev ## Messages a second beside the reference designs, 5 rounds (needs gcc and PostgreSQL; 5 minutes)
	@chmod 755 $(WORK)
	$(BIN)/python bench/anchors/anchors.py $(WORK) run --sut bench/sut.json --configs naive_memory,daphne_bare --rounds 5

bench-board: venv-dev ## Time of the data board at 100,000 sessions, PostgreSQL and SQLite (ten minutes)
	@$(BIN)/python -u bench/board.py

bench-bot: venv-dev ## Build time, latency, start and memory of the bot's matcher, against the goals (a few minutes)
	@$(BIN)/python bench/bot.py

bench-records: venv-dev ## Service records and their search among a million messages (15 minutes)
	@$(BIN)/python bench/records.py

bench-ui: venv-dev system-packages ## How quick the workbench is in Chromium: 50 sessions, 5 messages a second (3 minutes)
	@$(BIN)/python -m bench.ui

screens: venv-dev system-packages ## Draw docs/screens/ anew (3 minutes)
	@$(BIN)/python -m bench.screens

format: venv-dev ## Let ruff put the code in order
	@$(BIN)/ruff check -q --fix || true; $(BIN)/ruff format

messages: venv-dev system-packages ## Collect the texts to translate, compile the translations
	@ignore="--ignore=.venv --ignore=node_modules --ignore=static --ignore=tests --ignore=bench --ignore=data"
	$(BIN)/python manage.py makemessages -l zh_Hans --no-location --no-obsolete $$ignore
	$(BIN)/python manage.py compilemessages $$ignore

features: venv-dev ## Write docs/features.md from the tests' markers
	@$(BIN)/python -m tests.features

vendor: ## Refresh static/vendor from package-lock.json (maintainers; needs Node)
	@npm ci --ignore-scripts && node deploy/vendor.mjs

requirements: venv-dev ## Compile requirements*.txt from requirements*.in (UPGRADE=1: to newer versions)
	@for name in requirements requirements-dev; do
	  $(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header \
	    --no-annotate --no-emit-index-url $(if $(UPGRADE),--upgrade) $$name.in -o $$name.txt
	done

clean: ## Remove what make made, but no data
	@rm -rf .venv node_modules tests/conformance/node_modules examples/*/node_modules $(RESULTS) .*_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# --- what the targets above stand on

venv: WANTED := requirements
venv-dev: WANTED := requirements-dev
venv venv-dev:
	@say() { echo "$$*" >&2; exit 1; }
	[ -n "$(PYTHON)" ] ||
	  say "Python 3.11 or newer is needed: install it (Debian: apt-get install python3), then run make again."
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null ||
	  say "Python's venv module is missing: install it (Debian: apt-get install python3-venv), then run make again."
	$(BIN)/python -m pip --version >/dev/null 2>&1 || { rm -rf .venv; $(PYTHON) -m venv .venv; }
	sum=$$(cksum <$(WANTED).txt); stamp=.venv/$(WANTED).installed
	[ "$$(cat $$stamp 2>/dev/null)" = "$$sum" ] && exit 0
	echo "== installing $(WANTED).txt"
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $(WANTED).txt
	cksum <requirements.txt >.venv/requirements.installed; echo "$$sum" >$$stamp

system-packages:
	@missing=""
	command -v chromium >/dev/null || missing+=" chromium"
	command -v msgfmt >/dev/null || missing+=" gettext"
	fonts=$$(fc-list 2>/dev/null || true)
	[[ $$fonts == *"Noto Sans CJK"* ]] || missing+=" fonts-noto-cjk"
	[[ $$fonts == *"Noto Color Emoji"* ]] || missing+=" fonts-noto-color-emoji"
	[ -n "$$missing" ] || exit 0
	install="apt-get install -y --no-install-recommends$$missing"
	[ "$$(id -u)" = 0 ] || { echo "Missing for the tests; run: sudo $$install" >&2; exit 1; }
	echo "== $$install"
	{ apt-get update && DEBIAN_FRONTEND=noninteractive $$install; } >/dev/null

node-modules: FOLDERS := tests/conformance examples/uikit
node-modules:
	@if ! command -v npm >/dev/null; then
	  [ "$${CI:-}" != true ] || { echo "CI needs Node and npm" >&2; exit 1; }
	  echo "== no Node here: tests that need it are skipped"; exit 0
	fi
	for folder in $(FOLDERS); do
	  sum=$$(cksum <$$folder/package-lock.json); stamp=$$folder/node_modules/.installed
	  [ "$$(cat $$stamp 2>/dev/null)" = "$$sum" ] && continue
	  echo "== npm ci in $$folder"
	  (cd $$folder && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
	  echo "$$sum" >$$stamp
	done

.ONESHELL:
