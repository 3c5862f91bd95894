"""The desk's words for stages, and the colour each has. Pure."""

from django.utils.translation import gettext_lazy as _

from newsletter.desk.stages import Stage

STAGES = {
    Stage.CAME_IN: _("came in"),
    Stage.DRAFTED: _("drafted"),
    Stage.TO_CHECK: _("to check"),
    Stage.READY: _("ready"),
    Stage.APPROVED: _("approved"),
    Stage.GOING_OUT: _("going out"),
    Stage.SENT: _("sent"),
    Stage.MISSING: _("nothing came in yet"),
    Stage.PAUSED: _("paused"),
    Stage.CANCELLED: _("cancelled"),
    Stage.CLOSED: _("closed"),
}
TONES = {
    Stage.CAME_IN: "quiet",
    Stage.DRAFTED: "quiet",
    Stage.TO_CHECK: "warn",
    Stage.READY: "good",
    Stage.APPROVED: "good",
    Stage.GOING_OUT: "good",
    Stage.SENT: "good",
    Stage.MISSING: "warn",
    Stage.PAUSED: "bad",
    Stage.CANCELLED: "bad",
    Stage.CLOSED: "quiet",
}
