-- Works with programs that know migration 0011.
-- Each patron has a key, with which the audit's entries about them are encrypted. The key is encrypted with the data
-- key. An erasure removes the row of the key. After that, nobody can find out whom the entries are about.
create table patron_graph.patron_keys (
  -- A keyed digest of the patron's number.
  patron text primary key check (char_length(patron) = 43),
  -- A random name of the patron. The audit has it in place of the patron's number.
  alias text not null unique check (char_length(alias) = 22),
  -- JSON, encrypted: the patron's number and key.
  key_encrypted text not null check (char_length(key_encrypted) between 1 and 1024)
);

-- The patrons of audited applications. By this table, the readings of an application are found.
create table patron_graph.audited_applications (
  -- A keyed digest of the application's number.
  application text primary key check (char_length(application) = 43),
  alias text not null references patron_graph.patron_keys (alias) on delete cascade,
  -- The application's number, encrypted with the patron's key.
  application_encrypted text not null
);
create index audited_applications_by_alias on patron_graph.audited_applications (alias);

-- The encrypted columns of an entry. An entry without a patron, or of an older program, is in clear. These columns are
-- then null.
alter table patron_graph.readings
  drop constraint readings_what_check,
  add constraint readings_what_check check (char_length(what) between 1 and 32),
  add column sealed text check (char_length(sealed) between 1 and 8192);
alter table patron_graph.changes add column sealed text check (char_length(sealed) between 1 and 8192);

-- An entry in clear may be encrypted, once. Nothing else is changed.
create function patron_graph.readings_are_sealed() returns trigger language plpgsql as
  $$ begin
    if old.sealed is null and new.sealed is not null
      and (new.number, new.at, new.what) = (old.number, old.at, old.what) then
      return new;
    end if;
    raise exception 'readings are neither changed nor removed';
  end $$;
drop trigger readings_stay on patron_graph.readings;
create trigger readings_stay before delete or truncate on patron_graph.readings
  for each statement execute function patron_graph.readings_stay();
create trigger readings_are_sealed before update on patron_graph.readings
  for each row execute function patron_graph.readings_are_sealed();
create function patron_graph.changes_are_sealed() returns trigger language plpgsql as
  $$ begin
    if old.sealed is null and new.sealed is not null
      and (new.number, new.at, new.field, new.role) = (old.number, old.at, old.field, old.role) then
      return new;
    end if;
    raise exception 'changes are neither changed nor removed';
  end $$;
drop trigger changes_stay on patron_graph.changes;
create trigger changes_stay before delete or truncate on patron_graph.changes
  for each statement execute function patron_graph.changes_stay();
create trigger changes_are_sealed before update on patron_graph.changes
  for each row execute function patron_graph.changes_are_sealed();

-- The patron of a notice, as a keyed digest. Null in a row that an older program wrote.
alter table patron_graph.notices add column patron text check (char_length(patron) = 43);
create index notices_of_patron on patron_graph.notices (patron, made_at, id) where patron is not null;
-- An erasure also finds the operations that are parts of others.
create index operation_parts_by_about_patron on patron_graph.operations (about_patron)
  where about_patron is not null and is_part;
