# Editorial. Two commands do everything: make demo, make test. `make help` lists the others.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DEMO := DEBUG=1 DATABASE_URL=sqlite:///$(CURDIR)/var/demo.sqlite3 MEDIA_ROOT=$(CURDIR)/var/demo-media
TESTS := SECRET_KEY=$(shell od -An -tx1 -N32 /dev/urandom | tr -d ' \n') DEBUG=0 DATABASE_URL=sqlite://:memory:
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo test walks attacks siege corpora e2e bench serving load proof drill lint format messages bundle pins clean

help:  ## list the commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  make \1\t/' | expand -t 22

demo: .make/runtime  ## try it: sample articles and four people on http://127.0.0.1:$(PORT)/
	@mkdir -p var
	@$(DEMO) $(BIN)/python manage.py demo --port $(PORT)
	@$(DEMO) $(BIN)/python manage.py runserver 127.0.0.1:$(PORT) --noreload

test: .make/dev  ## the suite, on SQLite or on the database of DATABASE_URL
	$(BIN)/python -m pytest -q -rs -n $(WORKERS) --dist worksteal -m "not corpus and not walk and not attack" $(ARGS)

walks: .make/dev  ## the long walks: who may do what at every address, drawn steps, killed imports (some two minutes)
	$(BIN)/python -m pytest -q -rs -n $(WORKERS) --dist worksteal -m "walk and not attack" $(ARGS)

attacks: .make/dev  ## the cases of docs/security.md: forged requests, races, faults, backups (some three minutes)
	$(BIN)/python -m pytest -q -rs -n $(WORKERS) --dist worksteal -m "attack and not walk and not corpus" $(ARGS)

siege: .make/dev  ## their long forms: 200 races each, raw sockets, thousands of draws, migrations, drills (half an hour)
	$(BIN)/python -m pytest -q -rs -n $(WORKERS) --dist worksteal -m "attack and walk and not corpus" $(ARGS)

corpora: .make/dev  ## the tests on whole archives, where the data folder lies beside the repository (some two minutes)
	$(BIN)/python -m pytest -q -rs -n $(WORKERS) --dist worksteal -m corpus $(ARGS)

e2e: .make/dev  ## the site in a browser: Chromium walks every page and the whole round (a few minutes)
	@$(BIN)/python -m e2e.chromium > /dev/null
	@command -v npm > /dev/null || { echo "npm is needed: html-validate judges the public pages (e2e/html)."; exit 1; }
	@cd e2e/html && npm ci --silent
	$(BIN)/python -m pytest -q -n 2 e2e $(ARGS)

bench: .make/dev  ## what the checks and an import cost (BENCH_COUNT=10000 posts; some twenty minutes)
	$(TESTS) $(BIN)/python -m bench.checking
	$(TESTS) $(BIN)/python -m bench.importing

serving: .make/dev  ## what a page costs a reader, against a bare view under the same server (BENCH_COUNT=2000; wrk)
	$(BIN)/python -m bench.serving

load: .make/dev  ## every page of the desk with 10,000 articles: under 15 queries and 300 ms (some five minutes)
	$(BIN)/python -m bench.load

proof: .make/dev  ## three web processes, a replica, Redis, nginx: each is killed under load, no reader may see it (some four minutes)
	$(BIN)/python -m bench.machines

drill: .make/runtime  ## from a backup to a serving site, timed: make drill FILE=…
	scripts/drill.sh $(FILE)

lint: .make/dev  ## format, errors, imports, migrations, templates, types, messages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(TESTS) $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/djlint --check --lint --quiet templates
	$(TESTS) $(BIN)/mypy
	$(BIN)/python scripts/messages.py check

format: .make/dev  ## put code and templates into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djlint --reformat --quiet templates

messages: .make/dev  ## collect the interface's messages into editorial/locale and compile them
	$(BIN)/python scripts/messages.py update

bundle:  ## build the editor's script, static/js/editor.js, from npm packages (needs node and npm)
	cd frontend && npm ci --no-fund --no-audit && npm run --silent build

pins: .make/dev  ## compile requirements.txt and requirements-dev.txt anew from pyproject.toml
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet pyproject.toml --universal --python-version 3.11.7 --generate-hashes -o requirements.txt
	$(BIN)/uv pip compile --quiet pyproject.toml --extra dev -c requirements.txt --universal --python-version 3.11.7 \
		--generate-hashes -o requirements-dev.txt

clean:  ## remove the virtual environment, the demo's data and what tools left
	rm -rf $(VENV) .make var staticfiles .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 is needed and was not found."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "Python 3.11 is needed; $(PYTHON) is another. Name one: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

.make/runtime: $(BIN)/python requirements.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@mkdir -p .make && touch $@

.make/dev: $(BIN)/python requirements-dev.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@mkdir -p .make && touch $@ .make/runtime
