# Gotong. Two commands do it all on a fresh Debian machine with Go and Node:
#   make run     build, fill a demo district, serve its pages
#   make test    install what the tests need, and run them all

SHELL := /bin/bash
DATA ?= data
FAMILIES ?= 20000
GO_FILES := $(shell find . -name '*.go' -not -path './node_modules/*' 2>/dev/null)

.DEFAULT_GOAL := help
.NOTPARALLEL: # what is to be there first stands first
.PHONY: help run build assets generate generated test unit race lint check bench soak mutate screens clean

help: ## Show what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: build ## Build, fill a demo district where there is none, and serve it on http://127.0.0.1:8080
	bin/gotong demo --data $(DATA) --families $(FAMILIES)

build: bin/gotong ## Build the program: bin/gotong

bin/gotong: $(GO_FILES) $(wildcard */*.yaml) assets
	go build -trimpath -o bin/gotong ./cmd/gotong

assets: node_modules/.installed ## Bundle script, style and font for the pages
	go run ./internal/web/assets

node_modules/.installed: package.json package-lock.json
	npm ci --no-audit --no-fund --fetch-retries=5
	@touch $@

generate: ## Write generated code anew: page templates, schema.sql
	scripts/generate-pages
	go test ./internal/db -run TestSchemaFile -update >/dev/null

test: needs build unit ## Install what the tests need, and run all of them

.PHONY: needs
needs:
	scripts/install-test-needs

unit:
	GOTONG_REQUIRE_POSTGRES=1 GOTONG_REQUIRE_BROWSER=1 go test -timeout 60m ./...
	go test -tags purego -run 'Portable|Table|AtLeast|Planes|Agree|Scores|Decile|AtALook' ./internal/vector ./internal/column ./internal/registry ./internal/rule ./internal/targeting

race: ## Run the tests of what is concurrent under the race detector
	GOTONG_REQUIRE_POSTGRES=1 go test -race -short -timeout 60m ./internal/run/... ./internal/access/... ./internal/audit/... ./internal/db/... ./internal/ledger/... ./internal/delivery/... ./internal/snapshot/...

lint: ## Hold the code to its form: gofmt, vet, staticcheck, generated code
	scripts/lint

check: needs lint test race ## Exactly what CI runs

bench: build ## Measure speed and memory
	scripts/bench

soak: build ## Longer simulations and kill tests (up to 90 minutes)
	GOTONG_SOAK=1 GOTONG_REQUIRE_POSTGRES=1 go test -count=1 -timeout 90m ./internal/audit/... ./internal/app ./internal/e2e ./internal/delivery/... ./internal/ledger/... ./internal/linkage/... ./internal/rule/... ./internal/paysim ./internal/processtest
	bin/gotong simulate pay --seed 1 --payments 50000 --faults default
	bin/gotong simulate pay --seed 2 --payments 5000 --faults heavy
	$(MAKE) mutate

mutate: ## Plant small mistakes into the money and into who may see, one at a time, and count how many the tests notice
	go run ./internal/mutate -tests ./internal/access $(addprefix internal/access/,role.go scope.go staff.go password.go actor.go)
	go run ./internal/mutate -tests ./internal/money internal/money/money.go
	go run ./internal/mutate -tests ./internal/ledger $(addprefix internal/ledger/,posting.go road.go account.go prove.go)
	go run ./internal/mutate -tests ./internal/delivery $(addprefix internal/delivery/,match.go said.go state.go digest.go delivery.go exception.go rule.go)

screens: build ## Take the screenshots of docs/screens anew
	GOTONG_SCREENS=$(CURDIR)/docs/screens GOTONG_REQUIRE_BROWSER=1 go test -count=1 -timeout 15m ./internal/e2e -run 'TestScreens|TestTheGallery'

clean: ## Remove what was built; data folders stay
	rm -rf bin node_modules
	find internal/web/dist -type f -not -name .gitkeep -delete
