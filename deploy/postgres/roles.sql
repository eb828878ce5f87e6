-- Creates the database role of each part, with its password. Run this script as an administrator, before `npm run migrate`:
-- that command runs as the owner of the tables, and gives each role its rights. Run this script again to change a password.
--
--   psql "$DATABASE_URL" --file deploy/postgres/roles.sql
--
-- Each password is in an environment variable of psql, as below. A role whose variable is not set keeps its password. A part
-- connects with postgresql://patron_graph_patrons:…@host/database.
\set ON_ERROR_STOP on
select format('create role patron_graph_%s login', part)
from unnest(array['patrons', 'credentials', 'circulation', 'charges', 'gateway', 'sign_in', 'web']) as part
where 'patron_graph_' || part not in (select rolname from pg_roles)
\gexec

\getenv patrons PATRONS_DATABASE_PASSWORD
\getenv credentials CREDENTIALS_DATABASE_PASSWORD
\getenv circulation CIRCULATION_DATABASE_PASSWORD
\getenv charges CHARGES_DATABASE_PASSWORD
\getenv gateway GATEWAY_DATABASE_PASSWORD
\getenv sign_in SIGN_IN_DATABASE_PASSWORD
\getenv web WEB_DATABASE_PASSWORD
\getenv one_process ONE_PROCESS_DATABASE_PASSWORD
\if :{?patrons}
alter role patron_graph_patrons password :'patrons';
\endif
\if :{?credentials}
alter role patron_graph_credentials password :'credentials';
\endif
\if :{?circulation}
alter role patron_graph_circulation password :'circulation';
\endif
\if :{?charges}
alter role patron_graph_charges password :'charges';
\endif
\if :{?gateway}
alter role patron_graph_gateway password :'gateway';
\endif
\if :{?sign_in}
alter role patron_graph_sign_in password :'sign_in';
\endif
\if :{?web}
alter role patron_graph_web password :'web';
\endif
-- For `npm start`, which is gateway and subgraphs in one process (deploy/one-process.md). It has the rights of these parts.
\if :{?one_process}
select 'create role patron_graph_one_process login'
where 'patron_graph_one_process' not in (select rolname from pg_roles)
\gexec
alter role patron_graph_one_process password :'one_process';
grant patron_graph_patrons, patron_graph_credentials, patron_graph_circulation, patron_graph_charges, patron_graph_gateway
  to patron_graph_one_process;
\endif
