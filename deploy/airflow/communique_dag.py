"""Communiqué in Airflow (2.8 or newer with apache-airflow-providers-standard, and 3): a run, then a check for alarms.

Copy it into the folder of DAGs; ``communique`` must be on the PATH of the workers, its settings in their environment
(COMMUNIQUE_CONFIG, COMMUNIQUE_DATABASE_URL). Airflow stops a task with SIGTERM, and the run ends after the batch in hand; a task
that is killed loses nothing, the next one does the rest.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.models.dag import DAG
from airflow.providers.standard.operators.bash import BashOperator

# 3: some documents were rejected or a source did not answer. They are recorded, so the task is done; the log has the warnings.
RUN = (
    'communique run --json || { code=$?; [ "$code" -eq 3 ] && echo "WARNING: not everything went in" || exit "$code"; }'
)
BUSY = 4

with DAG(
    dag_id="communique",
    description="Reads what is new in the sources of communique.toml",
    schedule="*/15 * * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5), "execution_timeout": timedelta(hours=6)},
) as dag:
    run = BashOperator(task_id="run", bash_command=RUN, skip_on_exit_code=BUSY, append_env=True)
    check = BashOperator(
        task_id="check",
        bash_command="communique status --check",
        trigger_rule="all_done",
        retries=0,
        append_env=True,
    )
    run >> check
