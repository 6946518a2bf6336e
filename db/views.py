"""The analyst's views, defined once for SQLite and PostgreSQL; migrations create them (see ``migrations/env.py``)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text


def _names(dialect: str, column: str, roles: str, event: str = "e.id") -> str:
    """Participants of `roles` in order, joined by '; '."""
    inner = (
        f"SELECT DISTINCT {column} AS word, min(p.ordinal) AS nth FROM event_participant p JOIN actor a ON a.id = p.actor_id "
        f"WHERE p.event_id = {event} AND p.role_code IN ({roles}) AND {column} IS NOT NULL GROUP BY {column} ORDER BY nth"
    )
    joined = "group_concat(word, '; ')" if dialect == "sqlite" else "string_agg(word, '; ' ORDER BY nth)"
    return f"(SELECT {joined} FROM ({inner}) AS words)"


_PERSON = "CASE WHEN p.office IS NULL OR a.kind_code <> 'person' OR a.name LIKE '%(%' THEN a.name ELSE a.name || ', ' || p.office END"
_ACTING = "'source', 'party', 'mediator'"
_OTHERS = "'target', 'about', 'beneficiary', 'host'"
_ADDRESSEES = "'addressee'"


# Two actors that were merged may both have taken part; who they are now does once.
_ONCE = (
    "NOT EXISTS (SELECT 1 FROM event_participant o WHERE o.event_id = {0}.event_id AND o.actor_id = {0}.actor_id "
    "AND o.role_code = {0}.role_code AND o.ordinal < {0}.ordinal)"
)


def definitions(dialect: str) -> Mapping[str, str]:
    """The SELECT of each view, in the order in which they build on each other."""
    event_list = f"""
        SELECT e.id AS event_id, e.date_start, e.date_end, e.date_precision_code AS date_precision, e.date_basis_code AS date_basis,
            e.type_code AS type, e.cameo_code, c.label AS cameo_label, e.plover_code, e.mode, e.quad_class, e.goldstein,
            e.modality_code AS modality, e.is_background,
            {_names(dialect, _PERSON, _ACTING)} AS who, {_names(dialect, _PERSON, _OTHERS)} AS whom,
            {_names(dialect, "a.country_code", _ACTING)} AS who_countries, {_names(dialect, "a.country_code", _OTHERS)} AS whom_countries,
            p.name AS place, p.admin1_name AS place_admin1, p.country_code AS place_country, p.latitude, p.longitude,
            e.confidence, e.salience, e.article_count, e.mention_count, m.sentence, m.trigger, t.title AS article_title, t.url AS article_url,
            t.published_on, t.id AS article_id
        FROM event e
        JOIN cameo_code c ON c.code = e.cameo_code
        JOIN event_mention m ON m.event_id = e.id AND m.ordinal = 0
        JOIN article t ON t.id = m.article_id
        LEFT JOIN place p ON p.id = e.place_id"""
    dyads = f"""
        SELECT e.id AS event_id, e.date_start, e.date_precision_code AS date_precision, s.actor_id AS source_id, sa.name AS source,
            sa.country_code AS source_country, sa.sector_code AS source_sector, t.actor_id AS target_id, ta.name AS target,
            ta.country_code AS target_country, ta.sector_code AS target_sector, e.type_code AS type, e.cameo_code, e.plover_code, e.quad_class,
            e.goldstein, e.modality_code AS modality, e.is_background, e.place_id, e.confidence, e.mention_count, e.article_count
        FROM event e
        JOIN event_participant s ON s.event_id = e.id AND s.role_code IN ('source', 'party')
        JOIN event_participant t ON t.event_id = e.id AND t.ordinal <> s.ordinal
            AND (t.actor_id <> s.actor_id OR t.coded_actor_id = s.coded_actor_id)
            AND (s.role_code = 'source' AND t.role_code IN ('target', 'about') OR s.role_code = 'party' AND t.role_code = 'party')
        JOIN actor sa ON sa.id = s.actor_id
        JOIN actor ta ON ta.id = t.actor_id
        WHERE {_ONCE.format("s")} AND {_ONCE.format("t")}"""
    reports = """
        SELECT m.event_id, m.id AS mention_id, e.type_code AS type, e.date_start, m.sentence, m.trigger, m.modality_code AS modality,
            m.confidence, m.paragraph_kind_code AS paragraph_kind, m.attribution, a.title AS article_title, s.name AS source, a.published_on, a.url,
            a.location, m.article_id, m.sentence_index, m.trigger_start, m.trigger_end
        FROM event_mention m
        JOIN event e ON e.id = m.event_id
        JOIN article a ON a.id = m.article_id
        LEFT JOIN source s ON s.id = a.source_id"""
    participants = f"""
        SELECT p.event_id, e.date_start, e.type_code AS type, e.modality_code AS modality, p.role_code AS role, a.name AS actor, p.office,
            a.kind_code AS kind, a.country_code AS country, a.sector_code AS sector, p.actor_id, p.coded_actor_id
        FROM event_participant p
        JOIN event e ON e.id = p.event_id
        JOIN actor a ON a.id = p.actor_id
        WHERE {_ONCE.format("p")}"""
    of_type = {"calls": "call", "meetings": "meeting", "visits": "visit", "negotiations": "negotiation"}
    treaties = """
        SELECT l.event_id, l.date_start, l.date_precision, t.name AS treaty, t.kind_code AS kind, e.action_code AS action, l.who AS parties,
            l.who_countries AS party_countries, l.modality, l.is_background, l.place, l.confidence, l.sentence, l.article_title, l.article_url,
            t.id AS treaty_id, e.name AS called
        FROM event_list l JOIN treaty_event e ON e.event_id = l.event_id JOIN treaty t ON t.id = e.treaty_id"""
    statements = f"""
        SELECT l.event_id, l.date_start, l.date_precision, l.who AS speaker, l.who_countries AS speaker_countries, s.stance_code AS stance,
            {_names(dialect, _PERSON, _ADDRESSEES, "l.event_id")} AS addressee,
            {_names(dialect, "a.country_code", _ADDRESSEES, "l.event_id")} AS addressee_countries, l.whom, l.whom_countries, s.topic, s.quote,
            l.cameo_code, l.modality, l.is_background, l.confidence, l.sentence, l.article_title, l.article_url
        FROM event_list l JOIN statement s ON s.event_id = l.event_id"""
    return {
        "event_list": event_list,
        "dyads": dyads,
        "reports": reports,
        "participants": participants,
        **{view: f"SELECT * FROM event_list WHERE type = '{code}'" for view, code in of_type.items()},
        "treaties": treaties,
        "statements": statements,
    }


VIEWS = tuple(definitions("sqlite"))
"""Names of the views."""


def create_views(connection: Connection) -> None:
    """Create every view."""
    for name, select in definitions(connection.dialect.name).items():
        connection.execute(text(f"CREATE VIEW {name} AS {select}"))


def drop_views(connection: Connection) -> None:
    """Drop the views that are there."""
    for name in reversed(VIEWS):
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))
