#!/bin/sh
# The two roles: one owns the tables, one serves and is held to row-level security. Run once, by PostgreSQL's image or by hand.
set -eu
psql -v ON_ERROR_STOP=1 -q -v owner="$STOKER_OWNER_PASSWORD" -v app="$STOKER_APP_PASSWORD" -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
CREATE ROLE stoker_owner LOGIN PASSWORD :'owner';
CREATE ROLE stoker_app LOGIN PASSWORD :'app';
CREATE DATABASE stoker OWNER stoker_owner;
REVOKE CONNECT ON DATABASE stoker FROM PUBLIC;
GRANT CONNECT ON DATABASE stoker TO stoker_app;
\connect stoker
ALTER DEFAULT PRIVILEGES FOR ROLE stoker_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO stoker_app;
ALTER DEFAULT PRIVILEGES FOR ROLE stoker_owner GRANT USAGE, SELECT ON SEQUENCES TO stoker_app;
SQL
