# Everything a newcomer needs is `make health` and `make test`; `make help` lists the rest.
SHELL := /bin/sh
BIN := .venv/bin
STATE := $${XDG_STATE_HOME:-$$HOME/.local/state}/ostf-dual
LAB_ENVIRONMENT = "$(STATE)/lab/default/environment.yaml"
UV_VERSION := 0.13.9
LABS := 1

.PHONY: help health test test-fast prove lab-up lab-down lock schema format clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

health: $(BIN)/ostf-dual ## bring the embedded lab up, check both hypervisors, write reports/
	$(BIN)/ostf-dual lab up
	$(BIN)/ostf-dual run --environment $(LAB_ENVIRONMENT)

# What a library drops late is shown here, and fails nothing: a garbage collection would name an innocent test.
test: test-fast ## all of the project's own tests; needs root, brings a lab of its own up
	$(BIN)/pytest -W default::pytest.PytestUnraisableExceptionWarning tests/canary tests/lab tests/contract tests/faults \
		tests/harm tests/scenarios/test_refusals.py tests/down tests/scenarios/test_add_vcenter.py

test-fast: $(BIN)/ostf-dual ## lint, types, layers and unit tests: no lab, no network
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 4 --dist worksteal tests/unit

prove: $(BIN)/ostf-dual ## every fault, harm, scenario and shape, resumable, into reports/prove.json; two hours, with LABS=2 one
	$(BIN)/python -m tests.prove --labs $(LABS)

lab-up: $(BIN)/ostf-dual ## bring the embedded lab up
	$(BIN)/ostf-dual lab up

lab-down: $(BIN)/ostf-dual ## end the lab; nothing is left but the cache
	$(BIN)/ostf-dual lab down

lock: ## pin what the project and the lab's OpenStack run on, with hashes
	$(BIN)/uv lock
	echo uv==$(UV_VERSION) | $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate - \
		--output-file uv.hashes
	$(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate \
		ostf_dual/deployers/lab/openstack.in --output-file ostf_dual/deployers/lab/openstack.lock

schema: $(BIN)/ostf-dual ## write the published JSON Schema of definitions anew
	$(BIN)/ostf-dual env schema > ostf_dual/environment/environment.schema.json

format: ## put the code into form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what these targets made in the checkout
	rm -rf .venv reports/html reports/results reports/summary.json reports/prove reports/prove.json reports/junit.xml

# A Debian without python3-venv makes half a venv: install it and begin again.
$(BIN)/ostf-dual: pyproject.toml uv.lock uv.hashes
	python3 -m venv --clear .venv || { apt-get update -q && apt-get install -qy python3-venv && python3 -m venv --clear .venv; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement uv.hashes
	VIRTUAL_ENV= UV_SYSTEM_CERTS=1 $(BIN)/uv sync --frozen --all-extras --quiet
	touch $@
