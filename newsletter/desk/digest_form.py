"""The form of a digest's page: what an editor sees is what the editor changes, though others work beside."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from digests.models import Digest, Paper
from digests.queries import papers_told
from digests.sources.listing import paper_key
from newsletter.desk import curating


class DigestForm(forms.ModelForm[Digest]):
    """`seen` is the version that the page shows, `despite` one that the editor saves over after being told of it."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    despite = forms.IntegerField(required=False, widget=forms.HiddenInput)
    papers = forms.CharField(
        label=_("Add papers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("Papers of earlier digests, one a line: numbers of arXiv such as 2404.03592, or addresses."),
    )

    class Meta:
        labels: ClassVar = {
            "newsletter": _("Newsletter"),
            "day": _("Day"),
            "kind": _("Kind"),
            "slug": _("Name in addresses"),
            "ordering": _("Order"),
            "status": _("Status"),
            "approved_at": _("Approved at"),
        }

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.initial["seen"] = self.instance.version
        self.changes: list[curating.Change] = []
        self.is_behind = False

    def clean_papers(self) -> list[Paper]:
        keys = [_key(line) for line in self.cleaned_data["papers"].split() if line]
        if not keys or not self.instance.pk:
            return []
        found = papers_told(self.instance.newsletter, keys)
        if missing := [key for key in keys if key not in found]:
            names = {"papers": ", ".join(key.partition(":")[2] for key in missing)}
            raise forms.ValidationError(say("No digest of this newsletter has had %(papers)s."), params=names)
        return [found[key] for key in dict.fromkeys(keys)]

    def clean(self) -> dict[str, Any]:
        """Refuses what was made on a page that is older than another editor's changes."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        now = self.instance.version
        if self.instance.pk and now not in (cleaned.get("seen"), cleaned.get("despite")):
            self.is_behind = True
            self.changes = curating.since(self.instance, cleaned.get("seen") or 0)
            self.add_error(None, say("The digest has changed since you opened this page. Yours is not saved yet."))
        return cleaned


def _key(written: str) -> str:
    number = written.lower().removeprefix("arxiv:")
    return paper_key(f"https://arxiv.org/abs/{number}" if number[:1].isdecimal() else written)
