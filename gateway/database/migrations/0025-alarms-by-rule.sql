-- Alarms of one rule, for the search by what an alarm is called and for the rule's own page.
CREATE INDEX alarms_by_rule ON alarms (rule_id, grade, rank, raised_at_ms DESC, id DESC, organization_id);
