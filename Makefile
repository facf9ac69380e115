# Waylight. The two commands are make demo and make test.
GO ?= go
export CGO_ENABLED = 0

.PHONY: help build demo test screenshots lint race race-rooms bench deep clean

help:
	@echo 'make demo         build, fill a throw-away deployment and serve it; Ctrl-C ends it'
	@echo 'make test         install what the tests need (Debian, as root) and run them all'
	@echo 'make build        the static binaries, in bin/'
	@echo 'make screenshots  every page in every state, in screenshots/'
	@echo 'make lint         gofmt, vet, staticcheck'
	@echo 'make race         the tests under the race detector (make race-rooms: the rooms alone)'
	@echo 'make bench        every benchmark once'
	@echo 'make deep         before a release: bench, every fuzz target, race-rooms'

build:
	@mkdir -p bin
	$(GO) build -trimpath -ldflags '-s -w' -o bin/ ./cmd/...

demo: build
	@bin/waylight demo

# The last lines are go test's own.
test:
	@scripts/install-test-tools
	@$(GO) test -timeout 40m ./...

screenshots:
	@scripts/install-test-tools
	WAYLIGHT_SCREENSHOTS='$(CURDIR)/screenshots' $(GO) test -count=1 -run '^TestStoriesPictures$$' ./desk ./front

lint:
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "not formatted:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

race:
	CGO_ENABLED=1 $(GO) test -race -timeout 60m ./...

# The rooms alone: without a browser, which waits for people's seconds and,
# beside the detector, longer than its steps may last, and without the two engines, which compute
# ten times as long under the detector.
race-rooms:
	WAYLIGHT_BROWSER=none CGO_ENABLED=1 $(GO) test -race -timeout 20m $$($(GO) list ./... | grep -vE '^waylight$$|^waylight/(desk|front)$$|/linkage|/estimate')

bench:
	$(GO) test -run '^$$' -bench . -benchtime 1x ./...

deep: bench
	scripts/fuzz-short
	$(MAKE) race-rooms

clean:
	rm -rf bin screenshots
