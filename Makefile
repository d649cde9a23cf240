# Everything runs in virtual environments made here: all it takes is make and Python with venv.

# Another interpreter: make test PYTHON=python3.13
PYTHON ?= python3
VENV ?= .venv
# Worker processes of the tests, and further arguments: make test PYTEST_ARGS="-k lbfgs"
JOBS ?= 2
PYTEST_ARGS ?=
# Which cases to try, the first of them, and how many.
KIND ?= all
SEED ?= 0
COUNT ?= 50000
# A folder of tables for the benchmarks that take real ones, and further arguments for all of them.
TABLES ?=
BENCH_ARGS ?=

ENVIRONMENT = $(PYTHON) tools/environment.py
# Each worker process keeps to one core.
ONE_CORE = OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MPLBACKEND=agg
TELL_KERNELS = from skshallow import _kernels; print("compiled kernels:", _kernels.described())
PYTEST = -m pytest --numprocesses $(JOBS) $(PYTEST_ARGS)

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 13

demo: environment-cli  ## run the command line, write its figures to demo/
	@$(VENV)-cli/bin/python -c '$(TELL_KERNELS)'
	$(VENV)-cli/bin/python -m skshallow --out demo

test: lint typecheck  ## lint, check types, run the fast tests (some 4 minutes)
	$(ONE_CORE) $(VENV)/bin/python $(PYTEST)

test-all: lint typecheck  ## the same with all tests, the slow ones too
	$(ONE_CORE) $(VENV)/bin/python $(PYTEST) --all

test-lowest: environment-lowest  ## all tests on the lowest supported versions
	$(ONE_CORE) $(VENV)-lowest/bin/python $(PYTEST) --all

# Dask starts two workers of its own.
test-dask: JOBS = 0
test-dask: environment-dask  ## the tests that need Dask
	$(ONE_CORE) $(VENV)-dask/bin/python $(PYTEST) --all \
		tests/model_selection/test_dask.py tests/on_dask skshallow/dask \
		tests/project/test_pages.py notebooks/04_tune_and_scale.ipynb

# The lowest versions that the extra allows. A few files are enough to tell whether they work.
test-dask-lowest: JOBS = 0
test-dask-lowest: environment-dask-lowest  ## some of these on the lowest supported versions
	$(ONE_CORE) $(VENV)-dask-lowest/bin/python $(PYTEST) \
		tests/model_selection/test_dask.py tests/on_dask/test_frames.py \
		tests/on_dask/test_same_as_local.py

test-tools: environment-tools  ## what other tools make of fitted networks (needs a C compiler)
	$(ONE_CORE) $(VENV)-tools/bin/python $(PYTEST) --all \
		tests/export/test_converted_mlps.py tests/project/test_other_tools.py

# Into the environments that are there; others, made later, are without them until this runs again.
kernels: environment  ## compile the kernels, install them for the tests and the demo (needs g++)
	for python in $(wildcard $(VENV)/bin/python $(VENV)-cli/bin/python $(VENV)-bench/bin/python); do \
		$$python -m pip install --quiet --force-reinstall --no-deps ./kernels || exit; \
	done

# What they touch: the solvers, whole fits, faults, hostile tables, and equal seeds.
KERNEL_TESTS = tests/core tests/solvers tests/training tests/test_kernels.py tests/test_versions.py \
	tests/estimators/test_oracles.py tests/estimators/test_weights.py \
	tests/model_selection/test_stacks.py tests/model_selection/test_stacked_grid.py \
	tests/robustness/test_same_answer.py tests/robustness/test_faults.py \
	tests/robustness/test_hostile_cases.py tests/robustness/test_hostile_training.py
test-kernels: environment-kernels  ## those tests with compiled kernels, and tests of the kernels
	$(VENV)-kernels/bin/python -m pytest kernels/tests
	$(ONE_CORE) $(VENV)-kernels/bin/python $(PYTEST) -m "not slow" $(KERNEL_TESTS)

kernels-sanitize: environment-kernels  ## the kernels' tests with checked addresses and arithmetic
	tools/sanitize.sh $(VENV)-kernels/bin/python

fuzz: environment  ## try many tables and settings (KIND=hostile or sensible, SEED=0 COUNT=50000)
	$(ONE_CORE) $(VENV)/bin/python tests/fuzz.py --kind $(KIND) --seed $(SEED) --count $(COUNT)

endurance: environment  ## many calls, a table of 4 GiB, a fault at every line (hours)
	$(ONE_CORE) $(VENV)/bin/python $(PYTEST) --all --thorough \
		tests/robustness/test_endurance.py tests/robustness/test_faults.py

coverage: environment-quality  ## all tests again: which lines and branches run (99 % have to)
	$(ONE_CORE) $(VENV)-quality/bin/python $(PYTEST) --all --cov

mutants: environment-quality  ## spoil the kernels bit by bit: do tests notice (95 % have to)
	$(ONE_CORE) $(VENV)-quality/bin/mutmut run --max-children $(JOBS)
	$(VENV)-quality/bin/python tools/mutants.py

lint: environment  ## check style and formatting
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check

typecheck: environment  ## check the types of the package
	$(VENV)/bin/mypy

format: environment  ## mend style and formatting
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

bench: environment-bench  ## run every benchmark in its own environment (TABLES=folder)
	$(VENV)-bench/bin/python tools/benchmarks.py --tables "$(TABLES)" $(BENCH_ARGS)

measured:  ## put what the benchmarks measured into README.md
	$(PYTHON) tools/measured.py

notebooks: environment-dask  ## execute them in place
	$(VENV)-dask/bin/python tools/notebooks.py

docs: environment-docs  ## build the site in build/docs, and check the links in it
	$(VENV)-docs/bin/sphinx-build --fail-on-warning --keep-going --quiet docs build/docs
	$(VENV)-docs/bin/python tools/links.py build/docs

clean:  ## remove all that these targets made, the environments included
	rm -rf $(VENV) $(VENV)-* demo build dist mutants kernels/build kernels/src/*.egg-info .coverage* .*_cache .hypothesis
	cd docs && rm -rf benchmarks figures notebooks project reference/generated
	find . \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# The environments, and which extras each of them has.
environment:
	@$(ENVIRONMENT) $(VENV) test,dev
environment-cli:
	@$(ENVIRONMENT) $(VENV)-cli cli
environment-lowest:
	@$(ENVIRONMENT) $(VENV)-lowest test --lowest
environment-dask:
	@$(ENVIRONMENT) $(VENV)-dask test,dask,notebooks
environment-dask-lowest:
	@$(ENVIRONMENT) $(VENV)-dask-lowest test,dask --lowest
environment-tools:
	@$(ENVIRONMENT) $(VENV)-tools test,tools
environment-kernels:
	@$(ENVIRONMENT) $(VENV)-kernels test --kernels
environment-quality:
	@$(ENVIRONMENT) $(VENV)-quality test,quality
environment-docs:
	@$(ENVIRONMENT) $(VENV)-docs docs
environment-bench:
	@$(ENVIRONMENT) $(VENV)-bench bench

.PHONY: help demo test test-all test-lowest test-dask test-dask-lowest test-tools kernels \
	test-kernels kernels-sanitize fuzz endurance coverage mutants lint typecheck format bench \
	measured notebooks docs clean environment environment-cli environment-lowest environment-dask \
	environment-dask-lowest environment-tools environment-kernels environment-quality \
	environment-docs environment-bench
