"""The database: tables, views, migrations, questions. Never imports etl."""
