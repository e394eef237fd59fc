# make demo: the seed chapter's gradients on NumPy.  make test: every test, and the suite on NumPy, Torch and JAX.
# make docs: the site, with its programs run and its links checked.  make lint: style, types, layers.
# Each makes or completes the virtual environment in $(VENV).

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/pip --disable-pip-version-check install --quiet -c constraints.txt
# One thread: two of them waiting for each other on a shared machine take a hundred times as long.
export OMP_NUM_THREADS ?= 1

.PHONY: demo test tests suite docs lint clean

demo: $(BIN)/pip
	$(PIP) .
	cd $(VENV) && bin/unigrad conformance --suite chapter --backend numpy

test: $(BIN)/pip
	$(PIP) -e '.[torch,jax,test]'
	$(MAKE) --jobs=2 --output-sync=line tests suite

# JAX compiles every shape anew: here in a hurry, as the suite does where derivatives are looked at (its module `depth`).
tests: export XLA_FLAGS ?= --xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false
tests:
	$(BIN)/pytest

suite:
	$(BIN)/unigrad conformance --suite all --backend numpy --backend torch --backend jax

docs: $(BIN)/pip
	$(PIP) -e '.[docs]'
	$(BIN)/sphinx-build --fresh-env --fail-on-warning --nitpicky --quiet --jobs auto docs docs/_build/html

lint: $(BIN)/pip
	$(PIP) -e '.[test]'
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV)

$(BIN)/pip:
	$(PYTHON) -m venv $(VENV)
