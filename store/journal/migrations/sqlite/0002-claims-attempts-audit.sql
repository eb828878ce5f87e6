-- A claim is in force while its operation is unsettled.
create table claims (
  key text not null check (length(key) between 1 and 200),
  operation_id text not null references operations on delete cascade,
  primary key (key, operation_id)
) strict, without rowid;
create index claims_by_operation on claims (operation_id);

create table attempts (
  id text primary key check (length(id) = 22),
  key text not null check (length(key) between 1 and 400),
  at integer not null
) strict, without rowid;
create index attempts_by_key on attempts (key, at);
create index attempts_to_forget on attempts (at);

-- Rows can only be added. Nothing can be changed or removed, even by mistake.
create table readings (
  number integer primary key autoincrement,
  at integer not null,
  reader text not null check (length(reader) between 1 and 400),
  client_id text check (length(client_id) <= 400),
  what text not null check (what in ('IDENTITY_NUMBER', 'PATRON_BY_IDENTITY')),
  patron_id text check (length(patron_id) between 1 and 64)
) strict;
create index readings_by_patron on readings (patron_id, number) where patron_id is not null;
create trigger readings_stay before update on readings begin select raise(abort, 'readings are never changed'); end;
-- `insert or replace` would remove an existing row without firing the trigger below.
create trigger readings_add before insert on readings when exists (select 1 from readings where number = new.number)
  begin select raise(abort, 'readings are never replaced'); end;
create trigger readings_remain before delete on readings begin select raise(abort, 'readings are never removed'); end;
