-- The time lines of all alarms as one chain of hashes, in the order of commits (see timeline-chain.ts). Entries
-- from before are adopted in the order of their instants; `record_hash` is that of the alarm as the entry left it.
ALTER TABLE alarm_timeline ADD COLUMN position INTEGER;
ALTER TABLE alarm_timeline ADD COLUMN record_hash TEXT;
ALTER TABLE alarm_timeline ADD COLUMN hash TEXT;

CREATE TABLE timeline_head (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  position INTEGER NOT NULL,
  hash     TEXT NOT NULL
) STRICT;
INSERT INTO timeline_head (id, position, hash)
  VALUES (1, 0, 'f7ad857ed86572989955ac899808634df3c62741994d03b371957683abd004c0');

CREATE TEMP TABLE adopted AS
  SELECT row_number() OVER (ORDER BY at_ms, alarm_id, sequence) AS position, * FROM alarm_timeline;
CREATE UNIQUE INDEX temp.adopted_by_position ON adopted (position);
CREATE TEMP TABLE links AS
  WITH RECURSIVE chain (position, alarm_id, sequence, hash) AS (
    SELECT 0, '', 0, (SELECT hash FROM timeline_head)
    UNION ALL
    SELECT one.position, one.alarm_id, one.sequence,
      chain_hash(chain.hash, one.alarm_id, one.sequence, one.at_ms, one.kind, one.actor, one.note,
        one.state, one.value, one.grade, one.record_hash)
    FROM chain JOIN adopted AS one ON one.position = chain.position + 1
  )
  SELECT * FROM chain WHERE position > 0;
CREATE UNIQUE INDEX temp.links_by_entry ON links (alarm_id, sequence);
UPDATE alarm_timeline SET
  position = (SELECT links.position FROM links
    WHERE links.alarm_id = alarm_timeline.alarm_id AND links.sequence = alarm_timeline.sequence),
  hash = (SELECT links.hash FROM links
    WHERE links.alarm_id = alarm_timeline.alarm_id AND links.sequence = alarm_timeline.sequence);
UPDATE timeline_head SET
  position = (SELECT count(*) FROM links),
  hash = coalesce((SELECT hash FROM links ORDER BY position DESC LIMIT 1), hash);
DROP TABLE links;
DROP TABLE adopted;
CREATE UNIQUE INDEX alarm_timeline_by_position ON alarm_timeline (position);
