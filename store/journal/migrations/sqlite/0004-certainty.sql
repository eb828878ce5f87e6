-- Settings that all processes over this file share, in at most one row. Without this row, circulation's drop time is
-- 30 seconds.
create table settings (
  only_row integer primary key check (only_row = 1),
  drop_after_ms integer not null check (drop_after_ms between 100 and 999999)
) strict;

-- `certain_at`, `certain_after_ms` and the rule for `look_at` are new. `certain_at` is the time after which nothing
-- that was sent can be applied any more. `certain_after_ms` is the time in ms from the earliest possible sending until
-- `certain_at`. SQLite can't change a rule of a table, so the table is made again. Claims refer to the table, and would
-- be removed with it.
create table claims_kept as select key, operation_id from claims;
drop table claims;

create table operations_new (
  id text primary key check (length(id) = 22),
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
  details text not null check (length(details) <= 65536),
  result text check (length(result) <= 65536),
  -- The place, once it is reserved. A refused operation keeps these columns, but holds no place.
  patron_id text references patrons,
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
  details, result, patron_id, place_kind, library_card_number, subject, epoch
) select
  id, caller, reference, kind, fingerprint, state, is_concluded, requested_at, settled_at, send_by, look_at,
  details, result, patron_id, place_kind, library_card_number, subject, epoch
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
