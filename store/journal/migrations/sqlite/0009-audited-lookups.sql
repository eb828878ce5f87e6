-- Looking up the operations of a patron is audited, too. SQLite can't change a rule of a table, so the table is made
-- again. No trigger fires when the old table is dropped. Its triggers and indexes are dropped with it, and are created
-- again below without changes.
create table readings_new (
  number integer primary key autoincrement,
  at integer not null,
  reader text not null check (length(reader) between 1 and 400),
  client_id text check (length(client_id) <= 400),
  what text not null check (what in ('IDENTITY_NUMBER', 'PATRON_BY_IDENTITY', 'OPERATIONS')),
  patron_id text check (length(patron_id) between 1 and 64),
  application_id text check (length(application_id) between 1 and 64)
) strict;
insert into readings_new (number, at, reader, client_id, what, patron_id, application_id)
  select number, at, reader, client_id, what, patron_id, application_id from readings;
drop table readings;
alter table readings_new rename to readings;

create index readings_by_patron on readings (patron_id, number) where patron_id is not null;
create index readings_by_application on readings (application_id, number) where application_id is not null;
create trigger readings_stay before update on readings begin select raise(abort, 'readings are never changed'); end;
-- `insert or replace` would remove an existing row without firing the trigger below.
create trigger readings_add before insert on readings when exists (select 1 from readings where number = new.number)
  begin select raise(abort, 'readings are never replaced'); end;
create trigger readings_remain before delete on readings begin select raise(abort, 'readings are never removed'); end;
