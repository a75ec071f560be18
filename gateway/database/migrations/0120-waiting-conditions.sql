-- Conditions that are decided and wait to be applied, because there were too many for one commit. The place
-- of each is that of its annunciation: where it came, whenever it is applied.
CREATE TABLE waiting_conditions (
  place     INTEGER PRIMARY KEY,
  condition TEXT NOT NULL
) STRICT;
