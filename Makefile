# `make test` is the one command: what it runs is what CI runs.
.DEFAULT_GOAL := help

STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
OSES        := linux darwin windows freebsd openbsd
ARCHES      := amd64 arm64 386
HOST         = $(shell go env GOHOSTOS)/$(shell go env GOHOSTARCH)
FUZZTIME    ?= 5m

# The modules are what go.work lists: one that joins it is tested, with nothing to add here.
MODULES = $(shell go list -m -f '{{.Dir}}')

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The compilers work while the tests wait, for servers, time-outs and one another; and since they are nice they make no test wait for them.
.PHONY: test
test: install fmt ## every check: what CI runs
	@$(MAKE) --no-print-directory --jobs=2 tests builds

# One after the other, whatever --jobs says.
.PHONY: tests
tests:
	@for step in modules gateways workspace parsers; do $(MAKE) --no-print-directory $$step || exit; done

.PHONY: install
install: ## install the servers that tests start (Debian or Ubuntu, as root; GANGPLANK_INSTALL=0: never)
	@adapters/internal/servertest/install.sh

.PHONY: fmt
fmt: ## gofmt: name the files that are not formatted
	@files=$$(gofmt -l .); test -z "$$files" || { echo "not formatted by gofmt:"; echo "$$files"; exit 1; }

# GOWORK=off: each module is tested with the versions that its users get, not with the newest that any module asks for.
# -vet=off, here and below: go vet has looked at everything before, for more than go test would have it look for.
# GORACE: what is built with -race sleeps for a second before it ends, the tests of each package and every process that they start.
.PHONY: modules
modules: ## vet, staticcheck and test each module by itself
	@set -e; for dir in $(MODULES); do echo "== module $$dir"; \
		(cd $$dir && export GOWORK=off && go vet ./... && $(STATICCHECK) ./... && \
		GORACE=atexit_sleep_ms=0 go test -vet=off -race -timeout 30m $$(go list ./... | grep -v /gatewaytest)); done

# What these tests look at are processes that real servers start, out of the race detector's sight; and a CGI program that is built
# with it takes long for each request. Some wait for seconds until a server gives up an idle client, so more run at once than there are
# processors.
.PHONY: gateways
gateways: ## test the probe and the conformance table behind real servers
	@echo "== real servers"; GOWORK=off go test -vet=off -parallel 4 -timeout 30m ./adapters/internal/gatewaytest

.PHONY: interop
interop: install ## write adapters/INTEROP.md: what works behind which server
	GOWORK=off go test ./adapters/internal/gatewaytest -timeout 30m -run 'TestConformance|TestGateways|TestInterop' -update

# What is excepted fails there, so that the tests as a whole do, some after a minute: only what is printed counts.
.PHONY: exceptions
exceptions: install ## list the exceptions of real servers that are needed no more
	@GOWORK=off go test ./adapters/internal/gatewaytest -timeout 60m -run 'TestConformance|TestGateways' -excepted -v | grep -o 'needed no more.*' || echo "all are needed"

.PHONY: workspace
workspace: ## vet all modules together, as `go run ./examples/probe` builds them
	@echo "== workspace"; go vet work

# The system at hand is left out: there each module has been vetted. (No file of ours asks for cgo.)
# Of the examples those that show what there is on such a system. The others add databases, and their drivers take minutes for each.
.PHONY: builds
builds: ## compile and vet for the other systems
	@set -e; export GOWORK=off CGO_ENABLED=0; for os in $(OSES); do for arch in $(ARCHES); do \
		case $$os/$$arch in darwin/386|$(HOST)) continue;; esac; \
		echo "== $$os/$$arch"; export GOOS=$$os GOARCH=$$arch; \
		nice -n 19 go vet ./...; (cd examples && nice -n 19 go vet ./hello ./environ ./probe); done; done

# Lengths from the wire are summed: where int has 32 bits is where that overflows.
.PHONY: parsers
parsers: ## run the tests of the protocols as 32 bit programs
	@echo "== GOARCH=386"; GOWORK=off CGO_ENABLED=0 GOARCH=386 go test -vet=off $$(GOWORK=off go list ./adapters/... | grep -v -E '/(servertest|gatewaytest)$$')

# They are looked for in the files: a target in a module or folder of its own is not forgotten.
.PHONY: fuzz
fuzz: ## fuzz every target of every module for FUZZTIME (5m) each
	@set -e; export GOWORK=off; grep -ro --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sed 's|/[^/]*:func | |' | sort | \
		while read -r dir target; do echo "== $$dir $$target"; \
		(cd $$dir && go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) . </dev/null); done

.PHONY: bench
bench: ## run the benchmarks beside the peers (bench/)
	cd bench && GOWORK=off go test -run '^$$' -bench . -benchmem ./...
