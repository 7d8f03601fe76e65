"""`manage.py job VERB`: crawls that are kept under a name, run by hand or by a schedule."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from pipeline.broker.outages import BrokerError
from pipeline.core.url import read_addresses
from pipeline.models import Job, Run
from pipeline.runs import jobs
from pipeline.runs.control import InvalidState
from pipeline.runs.options import add_crawl_arguments, options_from_cli
from pipeline.summary.comparison import compare, urls_are_gone


class Command(BaseCommand):
    help = "Keeps crawls under a name, runs them, and shows what they came to."
    requires_system_checks = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        save = verbs.add_parser(
            "save", help="make a job, or change the one of this name"
        )
        save.add_argument("name")
        add_crawl_arguments(save)
        save.add_argument(
            "--schedule",
            default="",
            help="'every 6 hours', or crontab: '30 6 * * 1-5'; none: by hand",
        )
        save.add_argument(
            "--time-zone", default="UTC", help="of a crontab, as Europe/Berlin"
        )
        verbs.add_parser("list", help="all jobs")
        for verb, text in (
            ("start", "launch a run of the job"),
            ("runs", "its runs, the newest first"),
            ("compare", "its last two finished runs"),
            ("remove", "remove the job; its runs stay"),
        ):
            verbs.add_parser(verb, help=text).add_argument("name")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        try:
            getattr(self, verb)(options)
        except Job.DoesNotExist as error:
            raise CommandError(f"there is no job {options['name']}") from error
        except (InvalidState, BrokerError) as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error

    def save(self, options: dict[str, Any]) -> None:
        """Create or change a job."""
        addresses, bad = read_addresses("\n".join(options["urls"]))
        if bad or not addresses:
            raise CommandError(
                "; ".join(each.error for each in bad) or "no address given"
            )
        crawl_options = options_from_cli(options, addresses)
        job = jobs.save(
            options["name"], crawl_options, options["schedule"], options["time_zone"]
        )
        self.stdout.write(f"{job}: {schedule_of(job)}")

    def list(self, options: dict[str, Any]) -> None:
        """Print a line for each job."""
        for job in Job.objects.select_related("schedule"):
            last = job.runs.order_by("-id").first()
            self.stdout.write(
                f"{job}\t{schedule_of(job)}\t{last.state if last else 'never run'}"
            )

    def start(self, options: dict[str, Any]) -> None:
        """Start a run."""
        run = jobs.start(Job.objects.get(name=options["name"]), by="command line")
        self.stdout.write(f"run {run.pk}")

    def runs(self, options: dict[str, Any]) -> None:
        """Print a line for each run."""
        for run in Job.objects.get(name=options["name"]).runs.order_by("-id"):
            self.stdout.write(
                f"{run.pk}\t{run.created_at:%Y-%m-%d %H:%M}\t{run.state}\t{run.reason}"
            )

    def compare(self, options: dict[str, Any]) -> None:
        """Print what the last finished run found that differs from the one before."""
        done = (
            Job.objects.get(name=options["name"])
            .runs.filter(state=Run.State.FINISHED)
            .order_by("-id")[:2]
        )
        if len(done) < 2:
            raise CommandError("it has not finished twice yet")
        if urls_are_gone(done[1], done[0]):
            raise CommandError(
                f"the URLs of run {done[1].pk} are no longer on record (RUN_URL_DAYS)"
            )
        found = compare(done[1], done[0])
        for kind in ("new", "changed", "gone", "newly_failing"):
            change = getattr(found, kind)
            self.stdout.write(f"{kind.replace('_', ' ')}: {change.count}")
            for url, reason in change.urls:
                self.stdout.write(f"  {url} {reason}".rstrip())

    def remove(self, options: dict[str, Any]) -> None:
        """Remove the job."""
        jobs.remove(Job.objects.get(name=options["name"]))


def schedule_of(job: Job) -> str:
    """Return the schedule and whether it rests, for a person."""
    if job.schedule is None:
        return "by hand"
    rest = jobs.rests_until(job)
    when = job.schedule.crontab or job.schedule.interval
    if rest:
        return f"{when}, rests until {rest:%Y-%m-%d %H:%M} since its last runs failed"
    return str(when)
