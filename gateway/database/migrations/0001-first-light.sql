-- Instants are UTC epoch milliseconds; flags are 0 or 1; JSON is text.

CREATE TABLE organizations (
  id            TEXT PRIMARY KEY,
  name          TEXT NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('district', 'town', 'village', 'enterprise')),
  parent_id     TEXT REFERENCES organizations (id),
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX organizations_by_parent ON organizations (parent_id);

CREATE TABLE sites (
  id              TEXT PRIMARY KEY,
  name            TEXT NOT NULL,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  address         TEXT NOT NULL,
  latitude        REAL,
  longitude       REAL,
  contact_name    TEXT NOT NULL,
  contact_phone   TEXT NOT NULL,
  created_at_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX sites_by_organization ON sites (organization_id);

CREATE TABLE devices (
  id            TEXT PRIMARY KEY,
  name          TEXT NOT NULL,
  profile_id    TEXT NOT NULL,
  site_id       TEXT NOT NULL REFERENCES sites (id),
  location      TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX devices_by_site ON devices (site_id);

-- A device without a row here cannot log in.
CREATE TABLE device_credentials (
  device_id     TEXT PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
  token_hash    BLOB NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
  id              TEXT PRIMARY KEY,
  username        TEXT NOT NULL UNIQUE COLLATE NOCASE,
  display_name    TEXT NOT NULL,
  password_hash   TEXT NOT NULL,
  role            TEXT NOT NULL CHECK (role IN ('administrator', 'supervisor', 'operator', 'viewer')),
  organization_id TEXT REFERENCES organizations (id),
  language        TEXT NOT NULL,
  created_at_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX users_by_organization ON users (organization_id);

CREATE TABLE sessions (
  token_hash    TEXT PRIMARY KEY,
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE api_tokens (
  id            TEXT PRIMARY KEY,
  token_hash    TEXT NOT NULL UNIQUE,
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name          TEXT NOT NULL,
  scopes        TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER
) STRICT;
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);

-- The highest version of a rule is in force; a removed rule keeps its history.
CREATE TABLE rule_versions (
  rule_id       TEXT NOT NULL,
  version       INTEGER NOT NULL,
  definition    TEXT NOT NULL,
  removed       INTEGER NOT NULL,
  changed_at_ms INTEGER NOT NULL,
  changed_by    TEXT NOT NULL,
  PRIMARY KEY (rule_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE channels (
  id              TEXT PRIMARY KEY,
  kind            TEXT NOT NULL CHECK (kind IN ('sms', 'webhook')),
  name            TEXT NOT NULL,
  enabled         INTEGER NOT NULL,
  grade_max       INTEGER NOT NULL,
  organization_id TEXT REFERENCES organizations (id),
  config          TEXT NOT NULL,
  created_at_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX channels_by_organization ON channels (organization_id);

-- `rank` follows from `state`: 0 nobody has acknowledged, 1 acknowledged, 2 normal. The three indexes
-- hold the order of lists, so that a page costs as much at a million alarms as at a hundred.
CREATE TABLE alarms (
  id                 TEXT PRIMARY KEY,
  rule_id            TEXT NOT NULL,
  rule_version       INTEGER NOT NULL,
  device_id          TEXT NOT NULL,
  point              TEXT NOT NULL,
  site_id            TEXT NOT NULL,
  organization_id    TEXT NOT NULL,
  title              TEXT NOT NULL,
  state              TEXT NOT NULL,
  rank               INTEGER NOT NULL,
  grade              INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 4),
  value              TEXT NOT NULL,
  setpoint           TEXT NOT NULL,
  unit               TEXT,
  latching           INTEGER NOT NULL,
  shelvable          INTEGER NOT NULL,
  occurrences        INTEGER NOT NULL,
  raised_at_ms       INTEGER NOT NULL,
  acknowledged_at_ms INTEGER,
  returned_at_ms     INTEGER,
  closed_at_ms       INTEGER,
  shelved_until_ms   INTEGER,
  assignee           TEXT,
  drill              INTEGER NOT NULL,
  timeline_length    INTEGER NOT NULL,
  revision           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alarms_by_urgency ON alarms (grade, rank, raised_at_ms DESC, id DESC, organization_id);
CREATE INDEX alarms_by_organization ON alarms (organization_id, grade, rank, raised_at_ms DESC, id DESC);
CREATE INDEX alarms_by_device ON alarms (device_id, grade, rank, raised_at_ms DESC, id DESC);

CREATE TABLE alarm_timeline (
  alarm_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at_ms    INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  actor    TEXT NOT NULL,
  note     TEXT,
  state    TEXT NOT NULL,
  value    TEXT NOT NULL,
  grade    INTEGER NOT NULL,
  PRIMARY KEY (alarm_id, sequence)
) STRICT, WITHOUT ROWID;

-- One row: where the rule engine goes on. Its memories are those that are not at rest.
CREATE TABLE engine_checkpoint (
  id                  INTEGER PRIMARY KEY CHECK (id = 1),
  next_offset         INTEGER NOT NULL,
  timers_run_until_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE rule_memories (
  key    TEXT PRIMARY KEY,
  memory TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- `due_at_ms`: when the entry may be claimed (next attempt, or the end of its lease).
CREATE TABLE outbox (
  sequence           INTEGER PRIMARY KEY,
  id                 TEXT NOT NULL UNIQUE,
  channel_id         TEXT NOT NULL,
  type               TEXT NOT NULL,
  alarm_id           TEXT,
  organization_id    TEXT,
  grade              INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 4),
  payload            TEXT NOT NULL,
  created_at_ms      INTEGER NOT NULL,
  state              TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
  attempts           INTEGER NOT NULL,
  next_attempt_at_ms INTEGER NOT NULL,
  leased_until_ms    INTEGER,
  due_at_ms          INTEGER NOT NULL,
  last_reason        TEXT,
  last_detail        TEXT,
  settled_at_ms      INTEGER
) STRICT;
CREATE INDEX outbox_due ON outbox (grade, due_at_ms, sequence, channel_id) WHERE state = 'pending';
CREATE INDEX outbox_by_state ON outbox (state, sequence);
CREATE INDEX outbox_by_alarm ON outbox (alarm_id, sequence);
CREATE INDEX outbox_by_channel ON outbox (channel_id, sequence);
CREATE INDEX outbox_by_organization ON outbox (organization_id, sequence);

CREATE TABLE rejected_messages (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  device_id      TEXT NOT NULL,
  received_at_ms INTEGER NOT NULL,
  topic          TEXT NOT NULL,
  reason         TEXT NOT NULL,
  detail         TEXT NOT NULL,
  payload        BLOB NOT NULL,
  payload_bytes  INTEGER NOT NULL
) STRICT;
CREATE INDEX rejected_messages_by_device ON rejected_messages (device_id, id);

CREATE TABLE audit_log (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms           INTEGER NOT NULL,
  actor           TEXT NOT NULL,
  action          TEXT NOT NULL,
  target_kind     TEXT NOT NULL,
  target_id       TEXT NOT NULL,
  organization_id TEXT,
  detail          TEXT NOT NULL
) STRICT;
CREATE INDEX audit_log_by_target ON audit_log (target_kind, target_id, id);
CREATE INDEX audit_log_by_actor ON audit_log (actor, id);
