-- What people do about an alarm, from acknowledging to closing. `case_file` is the whole of it; the
-- columns beside it are what is asked for: the step that is awaited (null: no case, or closed), when it is
-- due, what the alarm turned out to be.
ALTER TABLE alarms ADD COLUMN case_awaits TEXT;
ALTER TABLE alarms ADD COLUMN case_due_at_ms INTEGER;
ALTER TABLE alarms ADD COLUMN case_overdue_since_ms INTEGER;
ALTER TABLE alarms ADD COLUMN disposition TEXT;
ALTER TABLE alarms ADD COLUMN false_alarm_code TEXT;
ALTER TABLE alarms ADD COLUMN case_file TEXT;
CREATE INDEX alarms_with_running_case ON alarms (case_due_at_ms) WHERE case_due_at_ms IS NOT NULL;
CREATE INDEX alarms_with_open_case ON alarms (raised_at_ms DESC, id DESC) WHERE case_awaits IS NOT NULL;
CREATE INDEX alarms_disposed ON alarms (rule_id, raised_at_ms) WHERE disposition IS NOT NULL;
