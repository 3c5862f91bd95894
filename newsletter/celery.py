"""The Celery app, its queues and limits with their reasons, and the timetable that `manage.py tick` runs too."""

import gc
import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_process_init
from kombu.transport.redis import QoS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsletter.settings")

from django.conf import settings

# What a worker has fetched and not begun when it ends is forgotten, for beat asks again: kombu 5.7 would give it back
# over the connection to Redis, and fail where that is gone.
QoS.restore_at_shutdown = False

# Each is worked off by whoever names it in `celery worker --queues`; one worker may name all of them.
QUEUES = (
    "pulse",  # wakes the others and is the heartbeat: moments each, so nothing that takes longer may stand before it
    "letters",  # never wait for a digest that is going out
    "delivery",  # plans and sends digests: on every machine that sends, as many processes as it has cores
    "imports",  # what waits for foreign servers: sources, images, mailboxes; and lists of readers
    "watch",  # the alarm. Whoever is free takes it, but not the heartbeat's worker, whose silence others shall notice
)
app = Celery("paperboy")
app.conf.update(
    broker_url=settings.REDIS_URL or "memory://localhost",
    # Without a broker .delay() runs the task at once: the demo and small sites use `manage.py tick`.
    task_always_eager=not settings.REDIS_URL,
    task_eager_propagates=True,
    # Results are in the database's own tables; nobody reads them from Celery.
    task_ignore_result=True,
    # A task that was taken and not finished is gone: the ledger knows what is to be done, and beat asks again in
    # seconds. Late acknowledgement made a worker exit when Redis went away while a task was held (kombu 5.7).
    task_acks_late=False,
    task_reject_on_worker_lost=False,
    # One task at a time in a worker's hands: a Sender's batch must not wait behind another's.
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    # A hung provider must not hold a worker for ever: far above any turn, which ends by itself.
    task_time_limit=1800,
    task_soft_time_limit=1700,
    task_default_queue="letters",
    task_routes={
        "newsletter.delivery.tasks.wake_senders": {"queue": "pulse"},
        "newsletter.postbox.tasks.wake_letters": {"queue": "pulse"},
        "newsletter.health.tasks.beat": {"queue": "pulse"},
        # A million readers take most of a minute to plan, and 20,000 rows some seconds to follow their digest.
        "newsletter.delivery.tasks.*": {"queue": "delivery"},
        "newsletter.feedback.tasks.take_bounces": {"queue": "imports"},
        "newsletter.feedback.tasks.count_days": {"queue": "delivery"},  # seconds for a million rows
        "newsletter.desk.tasks.cut_off": {"queue": "delivery"},  # it must not wait for a foreign server
        "newsletter.desk.tasks.*": {"queue": "imports"},
        # A list of half a million readers takes minutes, in turns of ten seconds.
        "newsletter.subscribers.tasks.work_on_imports": {"queue": "imports"},
        "newsletter.subscribers.tasks.count_readers": {"queue": "imports"},
        "digests.tasks.*": {"queue": "imports"},
        "newsletter.health.tasks.alarm": {"queue": "watch"},
    },
    task_serializer="json",
    accept_content=["json"],
    timezone="UTC",
)
app.autodiscover_tasks()


@worker_process_init.connect
def collect_seldom(**_signal: object) -> None:
    """Python's collector looks neither at what was there before the first task, nor after every 700 objects.

    That took a twentieth of a worker's time: a claim makes thousands of objects, and few that only it could free.
    """
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)


# Seconds that every message of the timetable is good for at least: the clocks of two machines may differ by some.
LEAST = 30.0


def _entry(when: float | crontab, task: str, *, queue: str | None = None) -> dict[str, object]:
    """A task of the timetable, each so many seconds. One that nobody took before the next is out of date."""
    expires = max(when, LEAST) if isinstance(when, float) else 3600.0  # a crontab of ours is for some minute of an hour
    return {"task": task, "schedule": when, "options": {"expires": expires} | ({"queue": queue} if queue else {})}


# Each task may run twice in a row, and on two machines at once. In flow order, so that one round of
# `manage.py tick` carries a digest from its source to the reader.
app.conf.beat_schedule = {
    # Votes are young in the morning and a list fills up during the day: each hour that editors work in.
    "import daily papers": _entry(crontab(minute="10", hour="4-18"), "digests.tasks.import_daily_sources"),
    "fetch images": _entry(300.0, "digests.tasks.fetch_images"),
    # Approving prints a digest at once: this finds those of before there was printing, or of a backup.
    "publish": _entry(60.0, "digests.tasks.publish_missing"),
    "cut off": _entry(60.0, "newsletter.desk.tasks.cut_off"),
    "compose weeks": _entry(crontab(minute="20"), "digests.tasks.compose_weeks"),
    # What an editor waits for, before a page: links and DNS of a digest.
    "take up looks": _entry(3.0, "newsletter.desk.tasks.take_up_looks"),
    # Importing carries over too: this finds what came into a day after the next one was there.
    "carry over": _entry(crontab(minute="25"), "digests.tasks.carry_over"),
    # Journals are on the machines that send, and some may send letters alone.
    "sweep": _entry(20.0, "newsletter.delivery.tasks.sweep"),
    "sweep after letters": _entry(20.0, "newsletter.delivery.tasks.sweep", queue="letters"),
    "settle": _entry(20.0, "newsletter.delivery.tasks.settle"),
    "settle letters": _entry(60.0, "newsletter.postbox.tasks.settle_letters"),
    "answer asks": _entry(2.0, "newsletter.subscribers.tasks.answer_asks"),
    "wake letters": _entry(3.0, "newsletter.postbox.tasks.wake_letters"),
    "plan": _entry(60.0, "newsletter.delivery.tasks.plan"),
    "wake senders": _entry(3.0, "newsletter.delivery.tasks.wake_senders"),
    "follow cancelling": _entry(5.0, "newsletter.delivery.tasks.follow_cancelling"),
    "beat": _entry(10.0, "newsletter.health.tasks.beat"),
    "alarm": _entry(60.0, "newsletter.health.tasks.alarm"),
    "close past digests": _entry(3600.0, "newsletter.delivery.tasks.close_past"),
    "forget known": _entry(3600.0, "newsletter.desk.tasks.forget_known"),
    "forget letters": _entry(3600.0, "newsletter.postbox.tasks.forget_letters"),
    "forget hours": _entry(3600.0, "newsletter.postbox.tasks.forget_hours"),
    "forget unconfirmed": _entry(3600.0, "newsletter.subscribers.tasks.forget_unconfirmed"),
    "forget left": _entry(3600.0, "newsletter.subscribers.tasks.forget_left"),
    "forget moves": _entry(3600.0, "newsletter.subscribers.tasks.forget_moves"),
    "forget asks": _entry(3600.0, "newsletter.subscribers.tasks.forget_asks"),
    "forget knocks": _entry(3600.0, "newsletter.subscribers.tasks.forget_knocks"),
    "forget acts": _entry(3600.0, "newsletter.staff.tasks.forget_acts"),
    "forget attempts": _entry(3600.0, "newsletter.staff.tasks.forget_attempts"),
    "say failures": _entry(3600.0, "newsletter.staff.tasks.say_failures"),
    "work on imports": _entry(5.0, "newsletter.subscribers.tasks.work_on_imports"),
    "forget imports": _entry(3600.0, "newsletter.subscribers.tasks.forget_imports"),
    "invite": _entry(60.0, "newsletter.subscribers.tasks.invite"),
    "count readers": _entry(900.0, "newsletter.subscribers.tasks.count_readers"),
    "take bounces": _entry(60.0, "newsletter.feedback.tasks.take_bounces"),
    "count days": _entry(3600.0, "newsletter.feedback.tasks.count_days"),
    "forget payloads": _entry(3600.0, "newsletter.feedback.tasks.forget_payloads"),
}

if settings.DEMO:
    # The demo's day is long past; its digest stays open to play with.
    del app.conf.beat_schedule["close past digests"]
