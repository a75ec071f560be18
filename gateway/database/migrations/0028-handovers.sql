-- Hand-overs between shifts: what stood, what was said, and who signed. Signed by both, it never
-- changes again; `digest` is SHA-256 over what was signed.
CREATE TABLE handovers (
  id              TEXT PRIMARY KEY,
  organization_id TEXT,
  created_at_ms   INTEGER NOT NULL,
  situation       TEXT NOT NULL,
  notes           TEXT NOT NULL,
  digest          TEXT NOT NULL,
  outgoing        TEXT NOT NULL,
  outgoing_at_ms  INTEGER NOT NULL,
  incoming        TEXT,
  incoming_at_ms  INTEGER,
  incoming_notes  TEXT
) STRICT;
CREATE INDEX handovers_by_time ON handovers (created_at_ms DESC, id DESC, organization_id);

CREATE TRIGGER handovers_stay AFTER UPDATE ON handovers
  WHEN old.incoming IS NOT NULL OR new.situation <> old.situation OR new.notes <> old.notes
    OR new.digest <> old.digest OR new.outgoing <> old.outgoing
BEGIN
  SELECT RAISE (ABORT, 'a hand-over that was signed does not change');
END;
CREATE TRIGGER handovers_remain BEFORE DELETE ON handovers
BEGIN
  SELECT RAISE (ABORT, 'a hand-over is not deleted');
END;
