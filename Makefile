# Gleaner: `make` alone prints what it can do.
PYTHON ?= python3
BIN := .venv/bin
PIP_VERSION := 26.3
# A recipe that says $(MAKE) itself is run even by `make -n`
MAKE_AGAIN := $(MAKE) --no-print-directory
export URLS ONCE PORT PROFILE
# Tests start dozens of Python programs: none of them is to compile the project anew. In a new clone
# the processes of the tests would begin by compiling the same files at the same time.
unexport PYTHONDONTWRITEBYTECODE
COMPILED := catalog infra myworld pipeline tools
comma := ,
RUNS ?= 25
RECONCILER ?= on
WORLDS ?= 1
# Files side by side, the longest first (tests/conftest.py), in more processes than there are cores,
# since many tests wait for other processes; JOBS=0 runs them one after the other
JOBS ?= 5
PARALLEL = -n $(JOBS) --dist loadfile --no-loadscope-reorder

NOT_INSTALLED := error: the requirements could not be installed, as pip says above: check the network and the free \
disk space, and set HTTPS_PROXY or PIP_INDEX_URL where packages come another way
.DEFAULT_GOAL := help
.PHONY: messages transcript docs release help setup run t test test-fast test-compose test-machines scaling backup restore chaos watch steering pausing pages pictures bench lint format

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready ## Make .venv with the requirements; nothing is started

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "error: there is no $(PYTHON): install Python 3.11 or newer, or make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "error: Python 3.11 or newer is needed, and this is %d.%d: make PYTHON=/path/to/python3.11" % sys.version_info[:2])'
	@sh infra/local/make-venv.sh $(PYTHON)

.venv/.ready: requirements.txt requirements-local.txt requirements-dev.txt | .venv/bin/python
	@echo "Installing the requirements into .venv ..."
	@# pip 23, which Python 3.11 brings, fails to resolve lxml[html_clean]
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check pip==$(PIP_VERSION) || { echo "$(NOT_INSTALLED)" >&2; exit 1; }
	@# pip would compile with one core; what cannot be compiled is not meant to be imported, and of the
	@# folders that are left out hardly anything is
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements-dev.txt || { echo "$(NOT_INSTALLED)" >&2; exit 1; }
	@$(BIN)/python -m compileall -qq -j 0 -x '/(tests|lexers|mypyc?|pip|setuptools)/' .venv/lib || true
	@touch $@

run: setup ## Start everything and crawl URLS (else the sample blog); ONCE=1 ends after the summary; PORT=8000; PROFILE=small for little memory
	@exec $(BIN)/python -m infra.local run

t: setup ## Run one test file, folder or case: T=path; PostgreSQL stays up for the next time
	@# not with the addresses of a running stack: tests empty queues
	@GLEANER_ENV=/dev/null LASTING_POSTGRES=1 $(BIN)/python -m pytest -q $(if $(T),$(T),$(error give T=tests/path))

# These wait for nobody: a process more than there are cores would only load all tests once more
test-fast: JOBS = logical
test-fast: setup ## Run all tests that need no server
	@GLEANER_ENV=/dev/null $(BIN)/python -m pytest -q -m "not servers" --ignore=tests/browser $(PARALLEL)

# The browser and the tools of some tests come while pip works, with one core. The checks run beside
# the tests, many of which wait; what they found is printed at the end
test: .venv/bin/python ## Check style, types and imports, and run all tests on real servers
	@mkdir -p .local
	@{ sh infra/local/install-chromium.sh; sh infra/local/unpack-tools.sh .local/tools; } & \
	$(MAKE_AGAIN) setup; failed=$$?; \
	wait; \
	[ $$failed = 0 ] || exit $$failed; \
	$(BIN)/python -m compileall -qq -j 0 manage.py $(COMPILED); \
	$(MAKE_AGAIN) lint >.local/lint.log 2>&1 & checks=$$!; \
	GLEANER_ENV=/dev/null $(BIN)/python -m pytest $(PARALLEL); failed=$$?; \
	wait $$checks || failed=$$((failed + 1)); \
	cat .local/lint.log; \
	exit $$failed

test-compose: setup ## Run the containers for real: needs Docker and the ports 8000, 5672, 15676
	TEST_COMPOSE=1 $(BIN)/python -m pytest -s tests/infra/test_compose_running.py tests/infra/test_compose_cluster.py

test-machines: setup ## Workers on machines of their own, links cut for a minute: needs root and iproute2
	TEST_MACHINES=1 $(BIN)/python -m pytest -s tests/infra/test_two_machines.py

scaling: setup ## Articles a second with 1, 2 and 4 containers, and their memory (PARTS=stages,full,memory), into docs: needs Docker and a quiet machine
	$(BIN)/python -m tools.scaling $(subst $(comma), ,$(PARTS)) $(if $(REPEAT),--repeat $(REPEAT))

messages: setup ## Collect the texts of the pages into the catalogues of each language, and compile these
	@GLEANER_ENV=/dev/null $(BIN)/python -m tools.messages

backup: setup ## Everything that lasts into FILE, else into BACKUP_DIR, while it runs or not
	@$(BIN)/python manage.py backup $(FILE)

restore: setup ## The database back to FILE, or FILE=latest; stop `make run` first
	@$(BIN)/python manage.py restore $(if $(FILE),$(FILE),$(error give FILE=of-a-backup.dump))

chaos: setup ## RUNS runs, a fault in each; SEED=n repeats a batch, RECONCILER=off, FAULTS=a,b, WORLDS=n side by side
	GLEANER_ENV=/dev/null $(BIN)/python -m tools.chaos --runs $(RUNS) --worlds $(WORLDS) --reconciler $(RECONCILER) \
		$(if $(SEED),--seed $(SEED)) $(if $(FAULTS),--faults $(FAULTS))

watch: setup ## RUNS=10 runs, read on every screen once a second, some with a fault; SEED=n repeats them
	GLEANER_ENV=/dev/null $(BIN)/python -m tools.watch --runs $(if $(filter command line environment,$(origin RUNS)),$(RUNS),10) $(if $(SEED),--seed $(SEED))

steering: setup ## Time pausing, resuming and cancelling a run of 50,000 URLs, and a small run beside it
	GLEANER_ENV=/dev/null $(BIN)/python -m tools.chaos.steering

pausing: setup ## Count the requests that leave after the click on pause, at one host and at 200
	GLEANER_ENV=/dev/null $(BIN)/python -m tools.chaos.pausing

pages: setup ## Time every page with ARTICLES=1000000 JOURNEYS=5000000 EVENTS=5000000, made once; ONLY=runs,logs AGAIN=1 COLD=1
	GLEANER_ENV=/dev/null $(BIN)/python -m tools.big $(if $(ARTICLES),--articles $(ARTICLES)) \
		$(if $(JOURNEYS),--journeys $(JOURNEYS)) $(if $(EVENTS),--events $(EVENTS)) $(if $(ONLY),--only $(ONLY)) \
		$(if $(AGAIN),--again) $(if $(COLD),--cold)

search: setup ## How well the search answers: CORPUS=DIR of pages, or EXPORT=articles.jsonl; MAX=1000 questions
	GLEANER_ENV=/dev/null $(BIN)/python -m tools.search $(if $(EXPORT),--export $(EXPORT),--corpus $(if $(CORPUS),$(CORPUS),$(error give CORPUS=folder or EXPORT=file))) \
		$(if $(MAX),--max $(MAX))

pictures: setup ## Take the pictures of the documents anew, from a real run, into docs/pictures
	@sh infra/local/install-chromium.sh
	@mkdir -p docs/pictures
	GLEANER_ENV=/dev/null LASTING_POSTGRES=1 PICTURES=docs/pictures $(BIN)/python -m pytest -q tests/live/test_journey.py

bench: setup ## What it costs, beside the bare library and Scrapy: SIZES=100,1000 REPEAT=3 PARTS= CORPUS=DIR CATALOGUE=50000:10000 QUICK=1 WRITE=1
	GLEANER_ENV=/dev/null $(BIN)/python -m tools.bench $(if $(SIZES),--sizes $(SIZES)) $(if $(REPEAT),--repeat $(REPEAT)) \
		$(if $(PARTS),--parts $(PARTS)) $(if $(CORPUS),--corpus $(CORPUS)) $(if $(PUBLISHER),--publisher $(PUBLISHER)) \
		$(if $(CATALOGUE),--catalogue $(CATALOGUE)) \
		$(if $(QUICK),--quick) $(if $(WRITE),--write)

transcript: setup ## A first start in a new clone, step by step: WAY=make, gleaner or compose; WRITE=1 keeps it in docs/transcripts.md
	$(BIN)/python -m tools.transcript $(if $(WAY),$(WAY),$(error give WAY=make, gleaner or compose)) $(if $(WRITE),--write)

docs: setup ## Build the documentation site into .local/site; a broken link fails
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet --config-file infra/docs/mkdocs.yml
	@echo "The documentation is in .local/site: open index.html"

release: setup ## Check that VERSION=x.y.z can be released, then build it into .local/release
	@$(BIN)/python -m tools.release $(if $(VERSION),$(VERSION),$(error give VERSION=x.y.z))

lint: setup ## Check style, types, import contracts and migrations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	@# the models against the migrations, without a database
	DJANGO_SETTINGS_MODULE=tests.offline_settings $(BIN)/python manage.py makemigrations --check --dry-run --no-input

format: setup ## Put the code into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
