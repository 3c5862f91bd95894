"""What this room asks of the tables: the newsletters that share something."""

from django.db.models import Model

from digests.models import Newsletter, Paper


def newsletters_with(paper: Paper) -> frozenset[int]:
    """The ids of the newsletters that have the paper in a digest."""
    return frozenset(Newsletter.objects.filter(digests__entries__paper=paper.pk).values_list("pk", flat=True))


def newsletters_under(sender: Model) -> frozenset[int]:
    """The ids of the newsletters whose mails leave under the Sender."""
    return frozenset(Newsletter.objects.filter(sender_assignment__sender=sender.pk).values_list("pk", flat=True))


def newsletters_of_reader(subscriber: Model) -> frozenset[int]:
    """The ids of the newsletters that the subscriber reads, or has ever asked for."""
    return frozenset(Newsletter.objects.filter(subscriptions__subscriber=subscriber.pk).values_list("pk", flat=True))
