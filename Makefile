# What one would type by hand, in the order in which one would type it.  `make` alone lists the targets.

# The command as this checkout has it: node finds it before `npm ci` has run a second time and made the link.
NETFRONT := node dist/cli/main.js
REPORT   := build/report.json

SOURCES := $(shell find tlc impl traces cli bench -name '*.ts' 2>/dev/null)

# A target whose recipe fails or is interrupted is made again.
.DELETE_ON_ERROR:
.PHONY: help check test traces check-all bench clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F'\t' '{ printf "  make %-10s %s\n", $$1, $$2 }'

check: dist ## check every model, make the traces, replay them; ends with a table and build/report.json
	$(NETFRONT) check --report $(REPORT)
	$(NETFRONT) traces make --check --report $(REPORT)
	$(NETFRONT) replay --report $(REPORT)
	$(NETFRONT) report $(REPORT)

test: node_modules ## lint, types, unit and conformance tests
	npx --no-install biome check .
	npx --no-install tsc --noEmit
	npx --no-install vitest run --reporter=default --reporter=json --outputFile.json=build/test.json

traces: dist ## make the corpus in traces/ again from the specification
	$(NETFRONT) traces make

check-all: check test ## everything there is, the slow included

bench: dist ## how fast it is; writes build/bench.json
	node dist/bench/main.js

clean: ## remove what was built and installed
	rm -rf dist build node_modules

# npm touches the folder at the end, so it is as old as the installation.
node_modules: package.json package-lock.json
	npm ci
	@touch node_modules

dist: dist/.built

dist/.built: node_modules tsconfig.json tsconfig.build.json $(SOURCES)
	npm run --silent build
	@chmod +x dist/cli/main.js
	@touch $@
