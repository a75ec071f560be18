-- Major hazard sources. Dossiers, snapshots and summaries are JSON: they are read and written whole.
-- `sort_level`: the hazard level, 5 where there is none, so that lists run from the gravest.
CREATE TABLE hazard_sources (
  id               TEXT PRIMARY KEY,
  organization_id  TEXT NOT NULL REFERENCES organizations (id),
  site_id          TEXT REFERENCES sites (id),
  name             TEXT NOT NULL,
  kind             TEXT NOT NULL,
  sort_level       INTEGER NOT NULL,
  state            TEXT NOT NULL,
  in_force_version INTEGER,
  pending_version  INTEGER,
  draft_changed    INTEGER NOT NULL,
  submitted_at_ms  INTEGER,
  due_at_ms        INTEGER,
  draft            TEXT NOT NULL,
  summary          TEXT NOT NULL,
  search_text      TEXT NOT NULL,
  revision         INTEGER NOT NULL,
  created_at_ms    INTEGER NOT NULL,
  updated_at_ms    INTEGER NOT NULL,
  updated_by       TEXT NOT NULL
) STRICT;
CREATE INDEX hazard_sources_by_level ON hazard_sources (sort_level, name, id);
CREATE INDEX hazard_sources_by_organization ON hazard_sources (organization_id, sort_level, name, id);
CREATE INDEX hazard_sources_by_site ON hazard_sources (site_id);
CREATE INDEX hazard_sources_by_state ON hazard_sources (state, submitted_at_ms);
CREATE INDEX hazard_sources_due ON hazard_sources (due_at_ms) WHERE due_at_ms IS NOT NULL;

-- What was signed and submitted, each as it was; only its fate is written later.
CREATE TABLE hazard_source_versions (
  source_id       TEXT NOT NULL REFERENCES hazard_sources (id),
  version         INTEGER NOT NULL,
  kind            TEXT NOT NULL CHECK (kind IN ('registration', 'amendment', 'cancellation')),
  snapshot        TEXT NOT NULL,
  signed_name     TEXT NOT NULL,
  submitted_at_ms INTEGER NOT NULL,
  submitted_by    TEXT NOT NULL,
  outcome         TEXT NOT NULL CHECK (outcome IN ('pending', 'accepted', 'returned', 'withdrawn')),
  decided_at_ms   INTEGER,
  decided_by      TEXT,
  number          TEXT,
  remarks         TEXT NOT NULL,
  PRIMARY KEY (source_id, version)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX hazard_source_numbers ON hazard_source_versions (number) WHERE number IS NOT NULL;

CREATE TRIGGER hazard_source_versions_keep_snapshot
BEFORE UPDATE OF source_id, version, kind, snapshot, signed_name, submitted_at_ms, submitted_by
ON hazard_source_versions
BEGIN
  SELECT RAISE(ABORT, 'what was submitted is not changed');
END;
CREATE TRIGGER hazard_source_versions_decide_once
BEFORE UPDATE ON hazard_source_versions WHEN OLD.outcome <> 'pending'
BEGIN
  SELECT RAISE(ABORT, 'a submission is decided once');
END;
CREATE TRIGGER hazard_source_versions_keep
BEFORE DELETE ON hazard_source_versions
BEGIN
  SELECT RAISE(ABORT, 'what was submitted is not removed');
END;

-- The archive. The bytes lie in the folder `documents` of the data folder under their SHA-256.
CREATE TABLE hazard_documents (
  id             TEXT PRIMARY KEY,
  source_id      TEXT NOT NULL REFERENCES hazard_sources (id),
  item           TEXT NOT NULL,
  title          TEXT NOT NULL,
  version        INTEGER NOT NULL,
  file_name      TEXT NOT NULL,
  media_type     TEXT NOT NULL,
  bytes          INTEGER NOT NULL,
  sha256         TEXT NOT NULL,
  uploaded_at_ms INTEGER NOT NULL,
  uploaded_by    TEXT NOT NULL,
  removed_at_ms  INTEGER,
  removed_by     TEXT
) STRICT;
CREATE INDEX hazard_documents_by_source ON hazard_documents (source_id, item, title, version);

-- One reminder a source, due date and step (days before it); kept so that none is sent twice.
CREATE TABLE hazard_reminders (
  source_id  TEXT NOT NULL REFERENCES hazard_sources (id) ON DELETE CASCADE,
  due_at_ms  INTEGER NOT NULL,
  days_ahead INTEGER NOT NULL,
  sent_at_ms INTEGER NOT NULL,
  PRIMARY KEY (source_id, due_at_ms, days_ahead)
) STRICT, WITHOUT ROWID;
