-- The risk of all organizations at an instant, for the replay: JSON, compressed with gzip, because it is
-- read whole and most of it is as it was an hour before.
CREATE TABLE risk_snapshots (
  at_ms INTEGER PRIMARY KEY,
  body  BLOB NOT NULL
) STRICT;
