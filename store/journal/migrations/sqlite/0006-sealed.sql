-- From here on, `caller`, `reference` and `patron_id` are keyed digests, and `library_card_number` and `subject` are
-- placeholders. The values are in `sealed`. Details and result are sealed, too. Existing rows are sealed when the
-- journal is opened.
--
-- An older program would write these values in clear. An older program would count only places with a patron in
-- clear, and a newer program only places with a sealed patron. So the limit could be exceeded. The renaming below
-- prevents this: an older program does not find the table `patrons`, and begins nothing.
alter table patrons rename to patron_epochs;

-- The column `sealed` is new, and details and results may be longer than before. SQLite can't change a rule of a
-- table, so the table is made again. Claims refer to the old table, and would be removed with it. So they are copied
-- first.
create table claims_kept as select key, operation_id from claims;
drop table claims;

create table operations_new (
  id text primary key check (length(id) = 22),
  -- Keyed digests, like `patron_id`. The values are in `sealed`.
  caller text not null check (length(caller) between 1 and 200),
  reference text not null check (length(reference) between 1 and 128),
  kind text not null check (length(kind) between 1 and 64),
  fingerprint text not null check (length(fingerprint) between 1 and 128),
  state text not null check (state in ('UNSETTLED', 'DONE', 'REFUSED')),
  -- The refusal was concluded, because the change was not found. A later check may correct it.
  is_concluded integer not null default 0 check (is_concluded = 0 or (is_concluded = 1 and state = 'REFUSED')),
  requested_at integer not null,
  settled_at integer check ((settled_at is null) = (state = 'UNSETTLED')),
  send_by integer,
  certain_at integer,
  certain_after_ms integer check ((certain_after_ms is null) = (certain_at is null)),
  look_at integer,
  -- The limit is 64 KiB, and a third more for the encryption.
  details text not null check (length(details) <= 90000),
  result text check (length(result) <= 90000),
  sealed text check (length(sealed) between 1 and 8192),
  -- The place, once it is reserved. A refused operation keeps these columns, but holds no place.
  patron_id text references patron_epochs,
  place_kind text check (place_kind in ('LOAN', 'HOLD')),
  library_card_number text check (length(library_card_number) between 1 and 64),
  subject text check (length(subject) between 1 and 64),
  -- The patron's epoch when the place was settled as done.
  epoch integer check ((epoch is not null) = (state = 'DONE' and patron_id is not null)),
  unique (caller, reference),
  -- An operation that was sent is checked again after it was settled, because a proxy may deliver a request twice, or
  -- late.
  check (look_at is null or state = 'UNSETTLED' or is_concluded = 1 or send_by is not null),
  check (
    (patron_id is null and place_kind is null and library_card_number is null and subject is null)
    or (patron_id is not null and place_kind is not null and library_card_number is not null and subject is not null)
  )
) strict;
insert into operations_new (
  id, caller, reference, kind, fingerprint, state, is_concluded, requested_at, settled_at, send_by, look_at,
  certain_at, certain_after_ms, details, result, patron_id, place_kind, library_card_number, subject, epoch
) select
  id, caller, reference, kind, fingerprint, state, is_concluded, requested_at, settled_at, send_by, look_at,
  certain_at, certain_after_ms, details, result, patron_id, place_kind, library_card_number, subject, epoch
from operations;
drop table operations;
alter table operations_new rename to operations;

create index operations_by_place on operations (patron_id, place_kind, state, epoch) where patron_id is not null;
create index operations_to_forget on operations (settled_at) where settled_at is not null;
-- Unsettled operations have an index of their own, so that they never wait for operations that are only checked again.
create index operations_to_look_at on operations (look_at) where look_at is not null and state = 'UNSETTLED';
create index operations_to_look_at_again on operations (look_at) where look_at is not null and state <> 'UNSETTLED';

create table claims (
  key text not null check (length(key) between 1 and 200),
  operation_id text not null references operations on delete cascade,
  primary key (key, operation_id)
) strict, without rowid;
create index claims_by_operation on claims (operation_id);
insert into claims (key, operation_id) select key, operation_id from claims_kept;
drop table claims_kept;

create trigger operations_are_sealed before insert on operations when new.sealed is null
  begin select raise(abort, 'an older program, which seals nothing: a newer one is wanted'); end;

-- Identifies the secret, in at most one row.
create table secrets (
  only_row integer primary key default 1 check (only_row = 1),
  proof text not null
) strict;

-- The part of an operation that is kept after 30 days. It has nothing about a person or an item.
create table past_operations (
  id text primary key check (length(id) = 22),
  kind text not null,
  state text not null check (state in ('DONE', 'REFUSED')),
  requested_at integer not null,
  settled_at integer not null
) strict, without rowid;
create index past_operations_to_forget on past_operations (settled_at);
