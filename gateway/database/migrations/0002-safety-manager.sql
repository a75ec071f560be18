-- A fifth role, `safety-manager`. The table cannot be made anew: dropping it would take sessions and
-- tokens with it. So the column is, and the roles are checked where accounts are made.
ALTER TABLE users ADD COLUMN role_name TEXT NOT NULL DEFAULT 'viewer';
UPDATE users SET role_name = role;
ALTER TABLE users DROP COLUMN role;
ALTER TABLE users RENAME COLUMN role_name TO role;
