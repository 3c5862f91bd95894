"""A run as a report: what it cost, and whether each reader got exactly one mail."""

import os
from collections import Counter

from benchmarks.report import Report, columns
from benchmarks.whole_way import QUARTERS, Outcome
from newsletter.delivery.models import Delivery
from newsletter.subscribers.models import Subscriber


def checked(outcome: Outcome, seen: Counter[str], what: str) -> Report:
    """`seen` says how often each address was written to."""
    cpu = ", ".join(
        f"{user} {seconds / outcome.readers * 1000:.3f}" for user, seconds in outcome.watch.cpu.items() if seconds
    )
    others = outcome.watch.others / outcome.seconds / (os.cpu_count() or 1)
    return Report(
        figures={"worker_megabytes": outcome.megabytes},
        notes=[
            f"{what}: {outcome.readers:,} readers, {outcome.editions:,} editions, {outcome.mail_size:,} bytes each, "
            f"{outcome.seconds:.1f} s, {outcome.per_second:,.0f}/s",
            f"  CPU seconds per 1,000: {cpu}; everything else on the machine took {others:.0%} of its cores",
            *(f"  {line}" for line in _memory(outcome)),
        ],
        faults=[f"{what}: {fault}" for fault in wrong_mails(seen, outcome)],
    )


def wrong_mails(seen: Counter[str], outcome: Outcome) -> list[str]:
    """What the sink says against the promise of exactly one mail for each reader; empty when it was kept."""
    expected = set(Subscriber.objects.values_list("address", flat=True))
    lost = len(expected - seen.keys())
    doubled = sum(times - 1 for times in seen.values() if times > 1)
    strangers = len(seen.keys() - expected)
    not_sent = {status: rows for status, rows in outcome.statuses.items() if status != Delivery.Status.SENT}
    return [
        *([f"{lost} of {len(expected)} mails were LOST"] if lost else []),
        *([f"{doubled} mails were DOUBLED"] if doubled else []),
        *([f"{strangers} mails went to nobody's address"] if strangers else []),
        *([f"rows that are not SENT: {not_sent}"] if not_sent else []),
    ]


def _memory(outcome: Outcome) -> list[str]:
    """A line for each worker process: its megabytes at each quarter of the way, and the most it had."""
    samples = outcome.watch.memory
    rows = [["MB of worker process", *(f"at {share:.0%}" for share in QUARTERS), "most"]]
    for pid in sorted({sample.pid for sample in samples}):
        own = {sample.share: sample for sample in samples if sample.pid == pid}
        now = [f"{own[share].now:.0f}" if share in own else "-" for share in QUARTERS]
        rows.append([str(pid), *now, f"{max(sample.most for sample in own.values()):.0f}"])
    return columns(rows)
