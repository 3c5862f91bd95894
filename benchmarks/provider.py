"""A provider that takes many readers in one call: the whole way to a local server that reads Brevo's payload."""

from collections import Counter
from collections.abc import Mapping

from django.conf import settings

from benchmarks import sinks
from benchmarks.checking import checked
from benchmarks.report import Report
from benchmarks.sinks import sink
from benchmarks.whole_way import ready, send
from benchmarks.workers import PROCESSES, workers
from newsletter.delivery.models import Delivery
from newsletter.postbox.returns import signed_id


def batches(readers: int) -> Report:
    ready(readers)
    with sink(sinks.HTTP) as target:
        url = f"anymail+brevo://:key@?api_url=http://127.0.0.1:{target.port}/v3/"
        with workers(PROCESSES, postbox_url=url) as started:
            outcome = send(target, started)
        seen = target.seen()
    report = checked(outcome, Counter(_addresses(seen)), "batch provider")
    if mixed_up := _mixed_up(seen):
        report.faults.append(f"batch provider: {mixed_up} readers had the delivery of another")
    report.figures["batch_readers_per_second"] = outcome.per_second
    return report


def _addresses(seen: Counter[str]) -> list[str]:
    return [line.partition(" ")[0] for line in seen.elements()]


def _mixed_up(seen: Counter[str]) -> int:
    rows = Delivery.objects.values_list("subscription__subscriber__address", "pk")
    keys: Mapping[int, bytes] = settings.LINK_KEYS
    return len(seen.keys() - {f"{address} {signed_id(f'd{delivery}', keys=keys)}" for address, delivery in rows})
