-- Why a version came to be, and who the second person was.
ALTER TABLE rule_versions ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE rule_versions ADD COLUMN origin TEXT NOT NULL DEFAULT 'edited';
ALTER TABLE rule_versions ADD COLUMN approved_by TEXT;
UPDATE rule_versions SET origin = 'release' WHERE changed_by = 'system';

-- A change of a rule that is not in force (yet). `definition` is JSON as the person left it, also half
-- done; null: the change takes the rule away. What the state is follows from these facts and the time.
CREATE TABLE rule_drafts (
  id             TEXT PRIMARY KEY,
  rule_id        TEXT NOT NULL,
  base_version   INTEGER NOT NULL,
  origin         TEXT NOT NULL,
  definition     TEXT,
  reason         TEXT NOT NULL,
  created_by     TEXT NOT NULL,
  created_at_ms  INTEGER NOT NULL,
  changed_by     TEXT NOT NULL,
  changed_at_ms  INTEGER NOT NULL,
  revision       INTEGER NOT NULL,
  proposed_by    TEXT,
  proposed_by_id TEXT,
  proposed_at_ms INTEGER,
  expires_at_ms  INTEGER,
  decision       TEXT CHECK (decision IN ('activated', 'rejected', 'withdrawn')),
  decided_by     TEXT,
  decided_at_ms  INTEGER,
  decision_note  TEXT NOT NULL DEFAULT '',
  version        INTEGER
) STRICT;
CREATE INDEX rule_drafts_by_rule ON rule_drafts (rule_id, changed_at_ms);
CREATE INDEX rule_drafts_by_change ON rule_drafts (changed_at_ms, id);
