"""`manage.py check_summaries`, for summaries that were there before the checks."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from digests.models import Finding
from tests.factories import DAY, make_digest, make_newsletter, make_paper

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = StringIO()
    call_command("check_summaries", *args, newsletter="papers", stdout=out)
    return out.getvalue().strip()


@pytest.fixture(autouse=True)
def a_day() -> None:
    paper = make_paper(abstract="It has 5 layers.", summaries={"ko": "- 77개의 층이 있습니다."})
    make_digest(make_newsletter(slug="papers"), papers=[paper, make_paper(summaries={})])


@pytest.mark.parametrize(("args", "papers"), [((), 1), ((DAY.isoformat(),), 2)])
def test_it_checks_one_day_or_all(args: tuple[str, ...], papers: int) -> None:
    assert run(*args) == f"papers: {papers}, findings: 1 (accepted ones included)"
    assert Finding.objects.count() == 1


def test_a_day_that_is_not_there_is_said() -> None:
    with pytest.raises(CommandError, match="has no digest of 2001-01-01"):
        run("2001-01-01")
