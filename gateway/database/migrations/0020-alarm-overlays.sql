-- Suppressed by design: the alarm whose cause explains this one. Out of service: the window, and its end.
ALTER TABLE alarms ADD COLUMN suppressed_by TEXT;
ALTER TABLE alarms ADD COLUMN out_of_service_by TEXT;
ALTER TABLE alarms ADD COLUMN out_of_service_until_ms INTEGER;
