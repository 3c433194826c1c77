# Needs Node >= 20.19 and make, nothing else: everything but the npm registry is in this folder.

TESTS ?=
LIMBECK = node bin/limbeck.js
OXLINT = node_modules/.bin/oxlint --type-aware --deny-warnings
PRETTIER = node_modules/.bin/prettier --log-level warn
C8 = node_modules/.bin/c8
RUN_ALL = node --import tsx test/support/run-all.ts

INSTALLED = node_modules/.limbeck-installed
BUILT = dist/.built
SOURCES = $(shell find lib -name '*.ts')

.PHONY: help demo demo-postgres test cover soak lint format typecheck build bench clean

help:
	@echo 'make demo    build limbeck and migrate tavern.db with it'
	@echo 'make demo-postgres   the same on a PostgreSQL that is started for it and thrown away'
	@echo 'make test    install, build, lint, type-check and run every test (TESTS=part-of-a-name for some)'
	@echo 'make soak    the long tests, in full size'
	@echo 'make lint    oxlint and prettier; make format writes what prettier wants'
	@echo 'make bench   measurements'
	@echo 'make clean   remove what was built'

demo: build
	$(LIMBECK) upgrade head
	$(LIMBECK) current -v
	$(LIMBECK) history

demo-postgres: build
	@node --import tsx scripts/demo-postgres.js

test: build lint typecheck
	node --import tsx test/support/prepare.ts
ifeq ($(TESTS),)
	$(C8) $(RUN_ALL) $(if $(SUMMARY),--summary '$(SUMMARY)')
else
	$(RUN_ALL) --only '$(TESTS)'
endif

soak: build
	@set -e; found=0; for script in $$(ls test/soak/*.ts | grep -v -e "[.]test[.]ts" -e pipeline); do \
	  [ -f "$$script" ] || continue; found=1; echo "== $$script"; node --import tsx "$$script"; \
	done; [ $$found = 1 ] || { echo 'test/soak has no script' >&2; exit 1; }

lint: $(INSTALLED)
	$(OXLINT)
	$(PRETTIER) --check .

format: $(INSTALLED)
	$(PRETTIER) --write .

typecheck: $(INSTALLED)
	node_modules/.bin/tsc -p tsconfig.json

build: $(BUILT)

bench: build
	node --import tsx bench/run.ts

clean:
	rm -rf dist coverage tavern.db tavern.db-wal tavern.db-shm

$(INSTALLED): package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

$(BUILT): $(INSTALLED) $(SOURCES) $(wildcard scripts/*.js) tsconfig.json tsconfig.build.json package.json
	npm run --silent build
	@touch $@
