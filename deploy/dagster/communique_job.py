"""Communiqué in Dagster: a job that reads what is new in the sources of communique.toml, every quarter of an hour.

``dagster dev -f communique_job.py``; settings come from the environment (COMMUNIQUE_CONFIG, COMMUNIQUE_DATABASE_URL).
"""

from dagster import Definitions, Failure, OpExecutionContext, ScheduleDefinition, job, op

from etl import Communique, CommuniqueError

BUSY = 4


@op
def read_sources(context: OpExecutionContext) -> None:
    """One run; a run that is killed loses nothing, the next one does the rest."""
    with Communique() as communique:
        try:
            report = communique.run()
        except CommuniqueError as error:
            if error.exit_code == BUSY:
                context.log.info(f"skipped: {error}")
                return
            raise Failure(description=str(error)) from error
    for reject in report.rejects:
        context.log.warning(reject.detail)
    for source in report.failed_sources:
        context.log.warning(f"{source.name}: {source.error}")
    context.log.info(f"{report.new} new articles, {report.events} events, {report.rejected} rejected")


@job
def communique() -> None:
    """A run."""
    read_sources()


schedule = ScheduleDefinition(job=communique, cron_schedule="*/15 * * * *")
definitions = Definitions(jobs=[communique], schedules=[schedule])
