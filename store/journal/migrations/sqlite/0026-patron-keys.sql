-- Works with programs that know migration 0011.
-- Each patron has a key, with which the audit's entries about them are encrypted. The key is encrypted with the data
-- key. An erasure removes the row of the key. After that, nobody can find out whom the entries are about.
create table patron_keys (
  -- A keyed digest of the patron's number.
  patron text primary key check (length(patron) = 43),
  -- A random name of the patron. The audit has it in place of the patron's number.
  alias text not null unique check (length(alias) = 22),
  -- JSON, encrypted: the patron's number and key.
  key_encrypted text not null check (length(key_encrypted) between 1 and 1024)
) strict, without rowid;

-- The patrons of audited applications. By this table, the readings of an application are found.
create table audited_applications (
  -- A keyed digest of the application's number.
  application text primary key check (length(application) = 43),
  alias text not null references patron_keys (alias) on delete cascade,
  -- The application's number, encrypted with the patron's key.
  application_encrypted text not null
) strict, without rowid;
create index audited_applications_by_alias on audited_applications (alias);

-- The encrypted columns of an entry. An entry without a patron, or of an older program, is in clear. These columns are
-- then null. SQLite can't change a rule of a table, so the table of readings is made again. No trigger fires when the
-- old table is dropped.
create table readings_new (
  number integer primary key autoincrement,
  at integer not null,
  reader text not null check (length(reader) between 1 and 400),
  client_id text check (length(client_id) <= 400),
  what text not null check (length(what) between 1 and 32),
  patron_id text check (length(patron_id) between 1 and 64),
  application_id text check (length(application_id) between 1 and 64),
  sealed text check (length(sealed) between 1 and 8192)
) strict;
insert into readings_new (number, at, reader, client_id, what, patron_id, application_id)
  select number, at, reader, client_id, what, patron_id, application_id from readings;
drop table readings;
alter table readings_new rename to readings;

create index readings_by_patron on readings (patron_id, number) where patron_id is not null;
create index readings_by_application on readings (application_id, number) where application_id is not null;
-- An entry in clear may be encrypted, once. Nothing else is changed.
create trigger readings_stay before update on readings
  when old.sealed is not null or new.sealed is null
    or new.number <> old.number or new.at <> old.at or new.what <> old.what
  begin select raise(abort, 'readings are never changed'); end;
-- `insert or replace` would remove an existing row without firing the trigger below.
create trigger readings_add before insert on readings when exists (select 1 from readings where number = new.number)
  begin select raise(abort, 'readings are never replaced'); end;
create trigger readings_remain before delete on readings begin select raise(abort, 'readings are never removed'); end;

alter table changes add column sealed text check (length(sealed) between 1 and 8192);
drop trigger changes_stay;
create trigger changes_stay before update on changes
  when old.sealed is not null or new.sealed is null
    or new.number <> old.number or new.at <> old.at or new.field <> old.field or new.role <> old.role
  begin select raise(abort, 'changes are never changed'); end;

-- The patron of a notice, as a keyed digest. Null in a row that an older program wrote.
alter table notices add column patron text check (length(patron) = 43);
create index notices_of_patron on notices (patron, made_at, id) where patron is not null;
-- An erasure also finds the operations that are parts of others.
create index operation_parts_by_about_patron on operations (about_patron) where about_patron is not null and is_part = 1;
