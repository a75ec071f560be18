-- A device's concentrator, or what feeds it; not a reference, so that either may be removed first.
ALTER TABLE devices ADD COLUMN attached_to TEXT;
