-- Ids, uids and grants are stored as SHA-256, and values are encrypted. Times are in ms since 1970.
create table items (
  key text primary key,
  kind text not null,
  uid_key text,
  grant_key text,
  sealed text not null,
  expires_at integer not null,
  consumed_at integer
) strict;
create index items_by_kind on items (kind);
create index items_by_uid on items (uid_key) where uid_key is not null;
create index items_by_grant on items (grant_key, kind) where grant_key is not null;
create index items_by_expiry on items (expires_at);

-- One row: the data key, sealed with a secret.
create table keys (
  id integer primary key check (id = 1),
  proof text not null,
  data_key_sealed_by text not null,
  data_key_sealed text not null
) strict;
