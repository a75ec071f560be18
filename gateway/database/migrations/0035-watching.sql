-- What watches a major hazard source. A device that is bound cannot be removed; sources are kept by
-- their own table and only named here.
CREATE TABLE tanks (
  id                 TEXT PRIMARY KEY,
  source_id          TEXT NOT NULL,
  level_device_id    TEXT NOT NULL REFERENCES devices (id),
  level_point        TEXT NOT NULL,
  temperature_device TEXT REFERENCES devices (id),
  definition         TEXT NOT NULL,
  UNIQUE (level_device_id, level_point)
) STRICT;
CREATE INDEX tanks_by_source ON tanks (source_id);

CREATE TABLE source_bindings (
  id         TEXT PRIMARY KEY,
  source_id  TEXT NOT NULL,
  device_id  TEXT NOT NULL REFERENCES devices (id),
  definition TEXT NOT NULL
) STRICT;
CREATE INDEX source_bindings_by_source ON source_bindings (source_id);
CREATE INDEX source_bindings_by_device ON source_bindings (device_id);
