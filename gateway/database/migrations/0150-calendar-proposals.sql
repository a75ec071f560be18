-- Changes of calendars that take supervision from safety rules, until a second person has decided. `before`
-- and `after` are the year as JSON (null: there is none); `resets`: the year goes back to what is shipped.
-- `losses` is what the proposer was told, `rules_digest` the versions of the safety rules it was told of.
CREATE TABLE calendar_proposals (
  id             TEXT PRIMARY KEY,
  calendar       TEXT NOT NULL,
  year           INTEGER NOT NULL,
  base_version   INTEGER NOT NULL,
  before         TEXT,
  after          TEXT,
  resets         INTEGER NOT NULL CHECK (resets IN (0, 1)),
  losses         TEXT NOT NULL,
  loss_count     INTEGER NOT NULL,
  rules_digest   TEXT NOT NULL,
  reason         TEXT NOT NULL,
  proposed_by    TEXT NOT NULL,
  proposed_by_id TEXT NOT NULL,
  proposed_at_ms INTEGER NOT NULL,
  expires_at_ms  INTEGER NOT NULL,
  decision       TEXT CHECK (decision IN ('approved', 'rejected', 'withdrawn', 'replaced')),
  decided_by     TEXT,
  decided_at_ms  INTEGER,
  decision_note  TEXT NOT NULL DEFAULT '',
  version        INTEGER
) STRICT;
-- Two people cannot both have a change of one year waiting.
CREATE UNIQUE INDEX calendar_proposals_open ON calendar_proposals (calendar, year) WHERE decision IS NULL;
CREATE INDEX calendar_proposals_decided ON calendar_proposals (decided_at_ms, id);

-- The second person, where the change needed one.
ALTER TABLE calendar_versions ADD COLUMN approved_by TEXT;
