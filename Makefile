# Everything runs in virtual environments made here: all it takes is make and Python with venv.
# Another interpreter: make test PYTHON=python3.13

PYTHON ?= python3
VENV ?= .venv
VENV_LOWEST ?= .venv-lowest
VENV_DASK ?= $(VENV)-dask
VENV_BENCH ?= $(VENV)-bench
# Worker processes of the test suite.
JOBS ?= 2
# The first of the hostile cases to try, and how many.
SEED ?= 0
COUNT ?= 50000
# A folder of tables for the benchmarks that take real ones, and further arguments for all of them.
TABLES ?=
BENCH_ARGS ?=

VERSION := $(shell $(PYTHON) -c "import platform; print(platform.python_version())")
ifeq ($(VERSION),)
$(error PYTHON=$(PYTHON) does not run)
endif
# Only Python 3.11 has wheels of the lowest versions.
PYTHON_LOWEST ?= $(if $(filter 3.11.%,$(VERSION)),$(PYTHON),python3.11)

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1
PIP_INSTALL = -m pip install --quiet
# Each worker keeps to one core.
PYTEST = OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MPLBACKEND=agg \
	$(1)/bin/python -m pytest --quiet --numprocesses $(JOBS)

# This notebook needs Dask.
WITH_DASK = notebooks/04_tune_and_scale.ipynb
EXECUTE = env -u MPLBACKEND $(1)/bin/jupyter nbconvert --to notebook --execute --inplace \
	--ExecutePreprocessor.record_timing=False --ClearMetadataPreprocessor.enabled=True \
	--ClearMetadataPreprocessor.preserve_nb_metadata_mask=kernelspec

.PHONY: help demo test test-lowest test-dask fuzz endurance coverage mutants lint format bench \
	notebooks clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 13

demo: $(VENV)/installed  ## run the command line, write its figures to demo/
	$(VENV)/bin/python -m skshallow --out demo

test: lint  ## lint, then run the tests and doctests
	$(call PYTEST,$(VENV))

test-lowest: $(VENV_LOWEST)/installed  ## the same tests on the lowest supported versions
	$(call PYTEST,$(VENV_LOWEST))

test-dask: $(VENV_DASK)/installed  ## the tests that need Dask, which starts two workers
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MPLBACKEND=agg \
		$(VENV_DASK)/bin/python -m pytest --quiet tests/test_dask.py tests/test_readme.py $(WITH_DASK)

fuzz: $(VENV)/installed  ## try many hostile tables and settings (SEED=0 COUNT=50000)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
		$(VENV)/bin/python tests/fuzz.py --seed $(SEED) --count $(COUNT)

endurance: $(VENV)/installed  ## many calls, a table of 4 GiB, a fault at every line (hours)
	$(call PYTEST,$(VENV)) --thorough tests/test_endurance.py tests/test_faults.py

coverage: $(VENV)/quality-installed  ## the tests again: which lines and branches run (97 % have to)
	$(call PYTEST,$(VENV)) --cov

mutants: $(VENV)/quality-installed  ## spoil the kernels bit by bit: how often do tests notice (85 % have to)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(VENV)/bin/mutmut run --max-children $(JOBS)
	$(VENV)/bin/mutmut results
	@$(VENV)/bin/mutmut results --all true | awk '/: / { \
			sub(/\.x[^:]*: /, " "); of[$$1]++; all++; \
			if ($$2 == "killed" || $$2 == "timeout") { noticed[$$1]++; killed++ } \
		} END { \
			for (name in of) printf "%-36s %4d of %4d\n", name, noticed[name], of[name] | "sort"; \
			close("sort"); printf "%.1f %% of %d mutants killed\n", 100 * killed / all, all; \
			exit killed < 0.85 * all \
		}'

lint: $(VENV)/installed  ## check style and formatting
	$(VENV)/bin/ruff check --quiet
	$(VENV)/bin/ruff format --check --quiet

format: $(VENV)/installed  ## mend style and formatting
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

bench: $(VENV_BENCH)/installed  ## run every benchmark in its own environment (TABLES=folder)
	@set -e; for script in benchmarks/[!_]*.py; do \
		echo "== $$script"; tables="$(TABLES)"; \
		test -z "$$tables" || $(VENV_BENCH)/bin/python "$$script" --help | \
			grep -e --tables > /dev/null || tables=; \
		$(VENV_BENCH)/bin/python "$$script" $${tables:+--tables "$$tables"} $(BENCH_ARGS); \
	done

# Metadata but for the kernel's name is dropped, so that a second run changes nothing.
notebooks: $(VENV)/notebooks-installed $(VENV_DASK)/notebooks-installed  ## execute them in place
	$(call EXECUTE,$(VENV)) $(filter-out $(WITH_DASK),$(wildcard notebooks/*.ipynb))
	$(call EXECUTE,$(VENV_DASK)) $(WITH_DASK)

clean:  ## remove all that these targets made, the environments included
	rm -rf $(VENV) $(VENV_LOWEST) $(VENV_DASK) $(VENV_BENCH) demo build dist mutants .coverage* \
		.pytest_cache .ruff_cache .hypothesis
	find . \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# An environment is made anew for another version of Python.
$(VENV)/python-$(VERSION) $(VENV_DASK)/python-$(VERSION) $(VENV_BENCH)/python-$(VERSION):
	$(PYTHON) -m venv --clear $(@D)
	@touch $@

$(VENV)/installed: $(VENV)/python-$(VERSION) pyproject.toml
	$(VENV)/bin/python $(PIP_INSTALL) --editable ".[test,dev]"
	@touch $@

%/notebooks-installed: %/installed
	$(@D)/bin/python $(PIP_INSTALL) --editable ".[notebooks]"
	@touch $@

%/quality-installed: %/installed
	$(@D)/bin/python $(PIP_INSTALL) --editable ".[quality]"
	@touch $@

$(VENV_DASK)/installed: $(VENV_DASK)/python-$(VERSION) pyproject.toml
	$(VENV_DASK)/bin/python $(PIP_INSTALL) --editable ".[test,dask]"
	@touch $@

$(VENV_BENCH)/installed: $(VENV_BENCH)/python-$(VERSION) pyproject.toml
	$(VENV_BENCH)/bin/python $(PIP_INSTALL) --editable ".[bench]"
	@touch $@

$(VENV_LOWEST)/installed: pyproject.toml .ci/lowest.py
	@$(PYTHON_LOWEST) -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))" || \
		{ echo "The lowest versions need Python 3.11: set PYTHON_LOWEST." >&2; exit 1; }
	$(PYTHON_LOWEST) -m venv --clear $(VENV_LOWEST)
	$(VENV_LOWEST)/bin/python .ci/lowest.py > $(VENV_LOWEST)/constraints.txt
	$(VENV_LOWEST)/bin/python $(PIP_INSTALL) --editable ".[test]" \
		--constraint $(VENV_LOWEST)/constraints.txt
	@touch $@
