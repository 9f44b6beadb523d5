# What one would type by hand, in the order in which one would type it.  `make` alone lists the targets.

# Not npx: in a fresh checkout it would first install a copy of its own.
NETFRONT := node_modules/.bin/netfront
REPORT   := build/report.json
MUTANTS  := build/cargo-mutants-27.1.0

SOURCES := $(shell find tlc graph impl peer replay corpus conform logs prove page cli bench ports test/stress -name "*.ts" -o -name "*.tsx" -o -name "*.css" 2>/dev/null)

# npm writes this file last, so an installation that was interrupted is not taken for one.
INSTALLED := node_modules/.package-lock.json
# The same of a build.
BUILT := dist/.built

# Each target is a sequence, and two of them would get into each other's way.
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help dist check test docs peer traces ports faults loom mutants-rust mutants-c check-all mutation mutation-spec bench clean node_modules

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | awk -F'	' '{ printf "  make %-10s %s\n", $$1, $$2 }'

check: $(BUILT) ## check every model, make the traces, prove, replay; writes build/report.json; ends with a table and a page, and holds docs/figures.json against it
	$(NETFRONT) plan
	$(NETFRONT) check --report $(REPORT)
	$(NETFRONT) traces make --check --report $(REPORT)
	$(NETFRONT) prove --graphs --report $(REPORT)
	$(NETFRONT) replay --report $(REPORT)
	$(NETFRONT) replay --scheduler --report $(REPORT)
	$(NETFRONT) report $(REPORT)
	$(NETFRONT) docs --check --against $(REPORT)
	$(NETFRONT) page --from $(REPORT)

test: $(BUILT) peer ## lint, types, unit and conformance tests, and the ports
	npx --no-install prettier --check .
	npx --no-install eslint .
	npx --no-install tsc --noEmit
	npx --no-install vitest run --reporter=default --reporter=json --outputFile.json=build/test.json
	ports/run

docs: $(BUILT) ## write the tables, figures and pictures of the pages from the manifests; after make check: netfront docs --from build/report.json
	$(NETFRONT) docs

peer: ## compile the C peer and the macros of ring.h again, and compare with what is committed
	@sh peer/check.sh

peer/peer.wasm: $(wildcard peer/*.[ch]) peer/build.sh
	sh peer/build.sh $@

prove/macros/macros.wasm: $(wildcard prove/macros/*.[ch]) prove/macros/build.sh
	sh prove/macros/build.sh $@

traces: $(BUILT) ## make the corpus in traces/ again from the specification
	$(NETFRONT) traces make

ports: $(BUILT) ## build and test the ports whose toolchain is here, and run the corpus against them
	ports/run

faults: $(BUILT) ## the faults of history in each port, and what catches them; writes ports/README.md
	ports/run
	node dist/ports/faults.js

loom: ## the memory order of the Rust port's ring, each fence left out in turn; needs cargo and a registry
	$(MAKE) -s -C ports/rust loom

# The port as it is has to pass first: cargo-mutants would ask the mutated package for that, and the test is the driver's.
# Its status tells also of those that survive or do not end, which the second program judges; without outcomes that one fails.
mutants-rust: $(BUILT) $(MUTANTS)/bin/cargo-mutants ## how many small changes to ports/rust the corpus tells; writes ports/README.md
	rm -rf build/mutants.out
	cd ports/rust && NETFRONT=$(CURDIR)/$(NETFRONT) cargo test --quiet --package netfront-driver --test conform -- --ignored
	-NETFRONT=$(CURDIR)/$(NETFRONT) $(MUTANTS)/bin/cargo-mutants mutants --dir ports/rust --output build --package netfront --jobs 2 --baseline skip --timeout 300
	node dist/ports/mutants.js build/mutants.out/outcomes.json

$(MUTANTS)/bin/cargo-mutants:
	cargo install cargo-mutants --version =27.1.0 --locked --root $(MUTANTS)

mutants-c: $(BUILT) ## how many small changes to ports/c the corpus tells; writes ports/README.md
	node dist/ports/mutants-c.js

# The property tests of make test have a fixed seed. Here they have another one each time, which test/build.ts prints.
check-all: export PROPERTY_SEED := $(or $(PROPERTY_SEED),$(shell od -An -N3 -tu4 /dev/urandom | tr -d ' '))

check-all: test $(BUILT) ## everything there is, the slow included: also the models that check leaves out
	STRESS_REQUESTS=10000000 npx --no-install vitest run test/impl/two-threads.test.ts
	FUZZ=20000 npx --no-install vitest run test/fuzz
	RECORDINGS=all npx --no-install vitest run test/logs/recordings.test.ts
	RECORDED_RUNS=1000 npx --no-install vitest run test/logs/recorded-runs.test.ts
	LONG=20000 npx --no-install vitest run test/logs/windows.test.ts
	SOAK_CONNECTIONS=1000 npx --no-install vitest run test/impl/connection/soak.test.ts
	DISTRIBUTED=1 npx --no-install vitest run test/cli/distributed.test.ts
	$(NETFRONT) check --all --report $(REPORT)
	$(NETFRONT) check tx_late_unmap_huge --distributed --local-workers 2
	$(NETFRONT) second-opinion
	$(NETFRONT) traces make --check --report $(REPORT)
	$(NETFRONT) prove --graphs --report $(REPORT)
	$(NETFRONT) replay --report $(REPORT)
	$(NETFRONT) replay --scheduler --report $(REPORT)
	node dist/ports/faults.js --check
	@for driver in ports/*/build/driver; do \
	  if [ -x $$driver ]; then $(NETFRONT) conform --strict --random 100000 --seed $(PROPERTY_SEED) -- $$driver || exit 1; fi; done
	ports/variants
	$(MAKE) loom
	node dist/bench/soak.js --frames 1000000
	node dist/bench/soak-peer.js --packets 1000000
	$(NETFRONT) report $(REPORT)
	$(NETFRONT) docs --check --against $(REPORT)
	npm run --silent mutation
	npm run --silent mutation:spec
	$(MAKE) mutants-rust

mutation: $(INSTALLED) ## how many small changes to impl/ the replay tells; writes build/mutation.json
	npm run --silent mutation

mutation-spec: $(INSTALLED) ## how many small changes to spec/ its models tell; tries what has changed since the last run
	npm run --silent mutation:spec

bench: $(BUILT) ## how fast it is, in ten minutes; writes build/bench.json
	node dist/bench/main.js

clean: ## remove what was built and installed
	rm -rf dist build node_modules

node_modules: $(INSTALLED)

$(INSTALLED): package.json package-lock.json
	npm ci
	@touch $@

dist: $(BUILT) ## install and build: after it, npx netfront

# npm links a package's commands only where it is installed, and here it is at home: `npx netfront` needs the link.
$(BUILT): $(INSTALLED) tsconfig.json tsconfig.build.json esbuild.config.js $(SOURCES)
	npm run --silent build
	@chmod +x dist/bin/main.js
	@ln -sf ../../dist/bin/main.js node_modules/.bin/netfront
	@touch $@
