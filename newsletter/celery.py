"""The Celery app, its limits with their reasons, and the timetable that `manage.py tick` runs too."""

import os

from celery import Celery
from celery.schedules import crontab
from kombu.transport.redis import QoS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsletter.settings")

from django.conf import settings

QoS.restore_at_shutdown = False  # the same: what a worker held is not given back over a connection that is gone
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
    # Longer than the longest task, or Redis hands a running task to a second worker.
    broker_transport_options={"visibility_timeout": 3600},
    broker_connection_retry_on_startup=True,
    # A hung provider must not hold a worker for ever: below the visibility timeout, above any batch.
    task_time_limit=1800,
    task_soft_time_limit=1700,
    # Letters never wait for a digest that is going out: they have a queue, and so a worker, of their own.
    task_default_queue="letters",
    task_routes={
        "newsletter.delivery.tasks.send_due": {"queue": "delivery"},
        # A million readers take most of a minute, half an hour before they are due: letters shall not wait for it.
        "newsletter.delivery.tasks.plan": {"queue": "delivery"},
        # Journals are on the machines that send.
        "newsletter.delivery.tasks.settle": {"queue": "delivery"},
        "digests.tasks.*": {"queue": "imports"},
        # Not with the heartbeat: a worker that is gone shall be missed by another.
        "newsletter.health.tasks.alarm": {"queue": "imports"},
    },
    task_serializer="json",
    accept_content=["json"],
    timezone="UTC",
)
app.autodiscover_tasks()

# Each task may run twice in a row, and on two machines at once. In flow order, so that one round of
# `manage.py tick` carries a digest from its source to the reader.
app.conf.beat_schedule = {
    "import daily papers": {
        "task": "digests.tasks.import_daily_sources",
        # Votes are young in the morning and a list fills up during the day: each hour that editors work in.
        "schedule": crontab(minute="10", hour="4-18"),
    },
    "fetch images": {"task": "digests.tasks.fetch_images", "schedule": 300.0},
    "settle": {"task": "newsletter.delivery.tasks.settle", "schedule": 20.0},
    "settle letters": {"task": "newsletter.postbox.tasks.settle_letters", "schedule": 60.0},
    "wake letters": {"task": "newsletter.postbox.tasks.wake_letters", "schedule": 3.0},
    "plan": {"task": "newsletter.delivery.tasks.plan", "schedule": 60.0},
    "wake senders": {"task": "newsletter.delivery.tasks.wake_senders", "schedule": 3.0},
    "follow cancelling": {"task": "newsletter.desk.tasks.follow_cancelling", "schedule": 5.0},
    "beat": {"task": "newsletter.health.tasks.beat", "schedule": 10.0, "options": {"expires": 10}},
    "alarm": {"task": "newsletter.health.tasks.alarm", "schedule": 60.0, "options": {"expires": 60}},
    "close past digests": {"task": "newsletter.delivery.tasks.close_past", "schedule": 3600.0},
    "forget letters": {"task": "newsletter.postbox.tasks.forget_letters", "schedule": 3600.0},
    "forget hours": {"task": "newsletter.postbox.tasks.forget_hours", "schedule": 3600.0},
    "forget unconfirmed": {"task": "newsletter.subscribers.tasks.forget_unconfirmed", "schedule": 3600.0},
    "take bounces": {
        "task": "newsletter.feedback.tasks.take_bounces",
        "schedule": 60.0,
        # It waits for a foreign server: not in the queue of letters.
        "options": {"queue": "imports", "expires": 60},
    },
    "forget payloads": {"task": "newsletter.feedback.tasks.forget_payloads", "schedule": 3600.0},
}

if settings.DEMO:
    # The demo's day is long past; its digest stays open to play with.
    del app.conf.beat_schedule["close past digests"]
