# make demo         the whole service on this machine, with sample readers, until Ctrl-C
# make demo ONCE=1  the same, and ends after the table
# make test         every check and every test
# make bench        how fast mails leave, beside the figures to reach; see benchmarks/README.md (20 minutes;
#                   READERS=N ONLY=NAME make it smaller)
# make drill        everything that goes wrong, done during a send, and what became of the readers (40 minutes;
#                   READERS=N FAULTS=N SEED=N ONLY=NAME make it smaller)
# make messages     collects the texts to translate into locale/
# make requirements pins the versions anew (needs uv)

PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/django.po)
COMPILED := $(CATALOGUES:.po=.mo)

.PHONY: demo compile test checks tests tools messages requirements clean bench drill

demo: .venv/runtime $(COMPILED)
	@env -u DATABASE_URL -u REDIS_URL -u POSTBOX_URL -u SITE_URL DEMO=1 $(BIN)/python manage.py demo $(if $(ONCE),--once)

compile: $(COMPILED)

test: checks tests

checks: .venv/development $(COMPILED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	$(BIN)/lint-imports
	$(BIN)/mypy
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run

# What opens page after page, and asks nothing of the database that is not asked elsewhere. The walks of the browser are
# on PostgreSQL alone: the pages that they pass are opened on SQLite too.
PAGES := $(addprefix --ignore=tests/,browser judges test_untranslated.py test_policy.py subscribers/test_privacy.py \
	staff/test_every_page.py staff/test_admin.py staff/test_admin_forms.py desk/test_preview_views.py)
WALKS := tests/browser/test_walks.py

tests: .venv/development $(COMPILED) tools
	$(BIN)/pytest -n 2 -q --ignore=tests/browser
	TEST_DATABASE=postgres $(BIN)/pytest -n 2 -q -m django_db $(PAGES)
	$(BIN)/pytest -n 2 -q --dist loadfile tests/browser --ignore=$(WALKS)
	TEST_DATABASE=postgres $(BIN)/pytest -n 2 -q $(WALKS)
	@.ci/tools --say

tools:
	@.ci/tools

bench: .venv/development $(COMPILED)
	@$(BIN)/python -m benchmarks

drill: .venv/development $(COMPILED)
	@$(BIN)/python -m benchmarks.drill

messages: .venv/development
	$(BIN)/python -m babel.messages.frontend -q extract -F locale/babel.cfg -k gettext_lazy -k ngettext_lazy:1,2 -k pgettext_lazy:1c,2 --no-location --sort-output --project Paperboy --omit-header -o locale/django.pot .
	for locale in $(notdir $(wildcard locale/??*_* locale/??)); do $(BIN)/pybabel -q update -N --no-wrap --ignore-obsolete -i locale/django.pot -d locale -D django -l $$locale; done
	sed -i.bak -E '/^"(Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By)/d; s/^("Project-Id-Version:)  /\1 /' locale/*/LC_MESSAGES/django.po
	rm locale/*/LC_MESSAGES/django.po.bak

requirements:
	uv pip compile --universal --python-version 3.11 --no-header --no-annotate --generate-hashes --upgrade pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --no-header --no-annotate --generate-hashes --upgrade pyproject.toml --group dev -o requirements-dev.txt

clean:
	rm -rf .venv var

.venv/python:
	@test -n "$(PYTHON)" || { echo "Paperboy needs Python 3.11 or later"; exit 1; }
	$(PYTHON) -m venv .venv || { echo "On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@

.venv/runtime: requirements.txt | .venv/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/development: requirements-dev.txt | .venv/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/runtime

%.mo: %.po | .venv/runtime
	$(BIN)/pybabel -q compile -i $< -o $@
