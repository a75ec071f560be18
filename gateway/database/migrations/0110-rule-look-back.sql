-- How often a draft, and the version it replaces, would have rung in the week before: as JSON. Of a
-- version, what whoever put it in force had before their eyes.
ALTER TABLE rule_drafts ADD COLUMN look_back TEXT;
ALTER TABLE rule_versions ADD COLUMN look_back TEXT;
