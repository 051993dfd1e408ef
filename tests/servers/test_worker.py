"""A Celery worker, as ``serve`` starts it, over the real Valkey and PostgreSQL."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings
from django.db import connection

import marketing
from marketing.celery import app
from marketing.supervisor import programs
from marketing.supervisor.stopping import Stopping
from marketing.supervisor.supervising import Supervisor
from marketing.workspace.models import JobRun
from tests.serve.test_supervisor import wait_for

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]

REPOSITORY = str(Path(marketing.__file__).parents[1])


def worker_database_url() -> str:
    """pytest-django's database, for a process of its own."""
    url = urlsplit(os.environ["DATABASE_URL"])
    return url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    environment = {"DATABASE_URL": worker_database_url(), "PYTHONPATH": REPOSITORY}
    supervisor = Supervisor(sys.stderr)
    try:
        supervisor.start([replace(programs.worker(1), environment=environment)], Stopping())
        yield
    finally:
        supervisor.stop()


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("job", ["archive", "launch_due"])
def test_worker__when_a_job_is_sent__then_it_runs_once_and_the_queue_is_empty(job: str) -> None:
    with app.connection_for_write() as line:
        app.send_task(f"marketing.{job}", connection=line)
    wait_for(lambda: JobRun.objects.exclude(finished_at=None).exists(), 30)
    runs = list(JobRun.objects.values_list("job", "succeeded"))
    assert runs == [(job, True)]
    with redis.Redis.from_url(settings.REDIS_URL) as queue:
        wait_for(lambda: not queue.hlen("unacked"), 10)
        assert queue.llen("celery") == 0
