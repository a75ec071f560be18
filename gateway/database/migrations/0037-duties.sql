-- What the three persons responsible for a hazard source did, and did not. Rows are never changed:
-- a correction is another row.
CREATE TABLE duty_records (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  source_id      TEXT NOT NULL REFERENCES hazard_sources (id) ON DELETE CASCADE,
  duty_id        TEXT NOT NULL,
  outcome        TEXT NOT NULL CHECK (outcome IN ('done', 'not-done')),
  person         TEXT NOT NULL,
  done_at_ms     INTEGER NOT NULL,
  note           TEXT NOT NULL,
  recorded_at_ms INTEGER NOT NULL,
  recorded_by    TEXT NOT NULL
) STRICT;
CREATE INDEX duty_records_by_source ON duty_records (source_id, id);
CREATE INDEX duty_records_done ON duty_records (source_id, duty_id, done_at_ms) WHERE outcome = 'done';
CREATE TRIGGER duty_records_stay
BEFORE UPDATE ON duty_records BEGIN SELECT RAISE(ABORT, 'a record of a duty is not changed'); END;
