-- Maintenance and calibration windows. Not finished: no person has said that the work is done.
CREATE TABLE service_windows (
  id              TEXT PRIMARY KEY,
  kind            TEXT NOT NULL CHECK (kind IN ('maintenance', 'calibration')),
  scope           TEXT NOT NULL,
  target_id       TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  reason          TEXT NOT NULL,
  permit_number   TEXT NOT NULL,
  created_by      TEXT NOT NULL,
  created_at_ms   INTEGER NOT NULL,
  from_ms         INTEGER NOT NULL,
  until_ms        INTEGER NOT NULL,
  finished_at_ms  INTEGER,
  finished_by     TEXT,
  finish_note     TEXT
) STRICT;
CREATE INDEX service_windows_by_start ON service_windows (from_ms DESC, id DESC);
CREATE INDEX service_windows_unfinished ON service_windows (from_ms) WHERE finished_at_ms IS NULL;
CREATE INDEX service_windows_by_target ON service_windows (target_id, from_ms DESC);

CREATE TABLE drills (
  alarm_id        TEXT PRIMARY KEY,
  device_id       TEXT NOT NULL,
  point           TEXT NOT NULL,
  grade           INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 4),
  organization_id TEXT NOT NULL,
  started_by      TEXT NOT NULL,
  started_at_ms   INTEGER NOT NULL,
  ends_at_ms      INTEGER NOT NULL,
  ended_at_ms     INTEGER,
  ended_by        TEXT,
  note            TEXT NOT NULL
) STRICT;
CREATE INDEX drills_running ON drills (ends_at_ms) WHERE ended_at_ms IS NULL;
CREATE INDEX drills_by_start ON drills (started_at_ms DESC, alarm_id DESC);

-- Photos are files of the data folder; here is what is known of each. The hash stands in the time line too.
CREATE TABLE alarm_photos (
  id            TEXT PRIMARY KEY,
  alarm_id      TEXT NOT NULL,
  media_type    TEXT NOT NULL,
  bytes         INTEGER NOT NULL,
  sha256        TEXT NOT NULL,
  name          TEXT NOT NULL,
  added_by      TEXT NOT NULL,
  added_at_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX alarm_photos_by_alarm ON alarm_photos (alarm_id, added_at_ms);

-- What was true around the beginning of an alarm, frozen: first at once, then with the ten minutes after.
CREATE TABLE alarm_evidence (
  alarm_id      TEXT PRIMARY KEY,
  completed     INTEGER NOT NULL,
  due_at_ms     INTEGER NOT NULL,
  document      TEXT NOT NULL,
  sha256        TEXT NOT NULL,
  frozen_at_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX alarm_evidence_due ON alarm_evidence (due_at_ms) WHERE completed = 0;
