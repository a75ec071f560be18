-- Years of calendars as people have written them, each change a version; what is shipped stands in
-- files. A definition that is null takes the year back to what is shipped, or away.
CREATE TABLE calendar_versions (
  calendar      TEXT NOT NULL,
  year          INTEGER NOT NULL,
  version       INTEGER NOT NULL,
  definition    TEXT,
  changed_by    TEXT NOT NULL,
  changed_at_ms INTEGER NOT NULL,
  PRIMARY KEY (calendar, year, version)
) STRICT, WITHOUT ROWID;
