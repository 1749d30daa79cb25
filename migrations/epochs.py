"""Epochs of event positions: a cluster counts its transactions anew, and positions must grow all the same."""

from sqlalchemy import Connection, text

# the hour, so that two restores of one dump do not share an epoch
_BEGIN_EPOCH = text(
    """
    DO $$
    DECLARE cluster text := (SELECT concat(system_identifier, '.', timeline_id)
                               FROM pg_control_system(), pg_control_checkpoint());
    BEGIN
        IF to_regproc('event_cluster') IS NULL THEN
            RETURN;
        ELSIF event_cluster() = cluster THEN
            RETURN;
        END IF;
        LOCK TABLE job_events IN SHARE MODE;  -- none that is open may commit into the epoch before
        EXECUTE format(
            'CREATE OR REPLACE FUNCTION event_epoch() RETURNS bigint IMMUTABLE LANGUAGE sql RETURN %s',
            greatest(event_epoch() + 1, extract(epoch FROM clock_timestamp())::bigint / 3600));
        EXECUTE format(
            'CREATE OR REPLACE FUNCTION event_cluster() RETURNS text IMMUTABLE LANGUAGE sql RETURN %L',
            cluster);
    END $$
    """
)


def keep_epoch(connection: Connection) -> None:
    """Begin a new epoch where the database is no longer in the cluster, or on the timeline, that it was in."""
    connection.execute(_BEGIN_EPOCH)
