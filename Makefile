# Every Step Counts: `make help` lists what there is.
PYTHON ?= python3
BIN := .venv/bin
UV := _build/uv
TOOLKIT := .venv-sagemaker

.DEFAULT_GOAL := help
.PHONY: help site pdf epub test test-sagemaker check lab serve exercises tidy chapter toc exports seeds map lock clean environment toolkit

# The notebooks' kernel is this environment's own, whatever a user's settings call python3.
lab: export JUPYTER_PATH := $(CURDIR)/.venv/share/jupyter$(if $(JUPYTER_PATH),:$(JUPYTER_PATH))

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

environment:
	@$(PYTHON) tools/install.py

# PyTorch is the course's own, found by a line in a .pth file.
toolkit: environment $(TOOLKIT)/installed
$(TOOLKIT)/installed: requirements-sagemaker.txt requirements-sagemaker.lock
	@echo "Installing SageMaker's toolkit and SDK into $(TOOLKIT) (some minutes) ..."
	@$(BIN)/python -m venv --clear $(TOOLKIT)
	@$(TOOLKIT)/bin/pip install --quiet --disable-pip-version-check -r requirements-sagemaker.txt
	@packages="import sysconfig; print(sysconfig.get_path('purelib'))"; \
		$(BIN)/python -c "$$packages" > "$$($(TOOLKIT)/bin/python -c "$$packages")/course.pth"
	@touch $@

site: environment ## install, execute the notebooks, build the website
	@$(BIN)/python tools/build.py

pdf: site ## print the whole book: _build/book/every-step-counts.pdf
	@$(BIN)/python -m tools.book pdf

epub: site ## the whole book for e-book readers: _build/book/every-step-counts.epub
	@$(BIN)/python -m tools.book epub

test: environment ## run everything CI runs: notebooks, unit tests, the site in a browser
	@$(BIN)/python -m pytest

test-sagemaker: toolkit ## run the training script as SageMaker's containers and SDK would
	@$(BIN)/python -m pytest tests/sagemaker -n 0

check: environment ## the author's command: tidy, in step, style, links, questions, in seconds
	@$(BIN)/python -m pytest tests/gates -n 0 -q

lab: environment ## open the notebooks in JupyterLab
	@$(BIN)/jupyter lab --allow-root

serve: site ## build the website and serve it on this machine
	@$(BIN)/python tools/serve.py

exercises: environment ## generate exercises/ from solutions/
	@$(BIN)/python -m everystep.authoring.exercises

tidy: environment ## execute a notebook and bring it into the form committed: make tidy NOTEBOOK=...
	@$(BIN)/python -m everystep.authoring.tidy "$(NOTEBOOK)"

chapter: environment ## lay out a new chapter: make chapter NAME=08-scaling-out TITLE=... QUESTION=...
	@$(BIN)/python -m everystep.authoring.scaffold "$(NAME)" $(if $(TITLE),--title "$(TITLE)") \
		$(if $(QUESTION),--question "$(QUESTION)") $(if $(PREFIX),--prefix "$(PREFIX)")

toc: environment ## write _toc.yml from book/chapters.yml
	@$(BIN)/python -m everystep.authoring.manifest

exports: environment ## write the question bank as Anki deck, Moodle XML, GIFT, QTI and paper
	@$(BIN)/python -m everystep.bank.exports

seeds: environment ## run every lab with base seeds 0 to 39, record what holds (hours)
	@$(BIN)/python -m everystep.authoring.seeds

map: environment ## record the map of rates, batches and schedules that chapter 4's page shows
	@$(BIN)/python benchmarks/rate_map.py

lock: ## pin what requirements.txt needs in turn; with UPGRADE=--upgrade, in its newest versions
	@$(PYTHON) -m venv $(UV)
	@$(UV)/bin/pip install --quiet --disable-pip-version-check uv==0.13.9
	@grep -v '^-c ' requirements.txt | $(UV)/bin/uv pip compile - --output-file requirements.lock \
		--universal --python-version 3.11 --fork-strategy fewest --no-emit-package everystep \
		--no-annotate --custom-compile-command 'make lock' --quiet $(UPGRADE)
	@grep -v '^-c ' requirements-sagemaker.txt | $(UV)/bin/uv pip compile - \
		--output-file requirements-sagemaker.lock --universal --python-version 3.11 \
		--fork-strategy fewest --no-annotate --custom-compile-command 'make lock' --quiet $(UPGRADE)

clean: ## remove everything that was made: the site, caches, the environment
	rm -rf _build .venv $(TOOLKIT) tools/web/node_modules install.log *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
