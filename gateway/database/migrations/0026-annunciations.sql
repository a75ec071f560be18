-- Every move of an alarm to unacknowledged, in the order of the engine: what floods, figures and
-- incidents are counted from. Written with the time line entry that it is, in one transaction.
CREATE TABLE annunciations (
  ordinal            INTEGER PRIMARY KEY AUTOINCREMENT,
  alarm_id           TEXT NOT NULL,
  sequence           INTEGER NOT NULL,
  at_ms              INTEGER NOT NULL,
  grade              INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 4),
  organization_id    TEXT NOT NULL,
  site_id            TEXT NOT NULL,
  device_id          TEXT NOT NULL,
  point              TEXT NOT NULL,
  rule_id            TEXT NOT NULL,
  drill              INTEGER NOT NULL,
  -- Shelved, suppressed or out of service at that instant.
  hidden             INTEGER NOT NULL,
  acknowledged_at_ms INTEGER,
  returned_at_ms     INTEGER,
  UNIQUE (alarm_id, sequence)
) STRICT;
CREATE INDEX annunciations_by_time ON annunciations (at_ms, ordinal, organization_id);
CREATE INDEX annunciations_by_cause ON annunciations (device_id, point, rule_id, at_ms);

INSERT INTO annunciations (alarm_id, sequence, at_ms, grade, organization_id, site_id, device_id,
    point, rule_id, drill, hidden, acknowledged_at_ms, returned_at_ms)
  SELECT entry.alarm_id, entry.sequence, entry.at_ms, entry.grade, alarms.organization_id,
    alarms.site_id, alarms.device_id, alarms.point, alarms.rule_id, alarms.drill, 0,
    (SELECT min(answer.at_ms) FROM alarm_timeline AS answer WHERE answer.alarm_id = entry.alarm_id
      AND answer.sequence > entry.sequence AND answer.kind = 'acknowledged'),
    (SELECT min(answer.at_ms) FROM alarm_timeline AS answer WHERE answer.alarm_id = entry.alarm_id
      AND answer.sequence > entry.sequence AND answer.kind = 'returned')
  FROM alarm_timeline AS entry JOIN alarms ON alarms.id = entry.alarm_id
  WHERE entry.kind IN ('raised', 'reoccurred')
  ORDER BY entry.at_ms, entry.alarm_id, entry.sequence;

-- Which alarms came together at one place, and in which order; 1 is the first-out.
CREATE TABLE incident_members (
  alarm_id    TEXT PRIMARY KEY,
  incident_id TEXT NOT NULL,
  ordinal     INTEGER NOT NULL,
  at_ms       INTEGER NOT NULL,
  UNIQUE (incident_id, ordinal)
) STRICT, WITHOUT ROWID;
