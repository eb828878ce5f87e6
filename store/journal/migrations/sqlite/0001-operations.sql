-- Times are milliseconds since 1970. A patron's row is kept for ever, because the epoch must never decrease.
create table patrons (
  patron_id text primary key check (length(patron_id) between 1 and 64),
  epoch integer not null
) strict, without rowid;

create table operations (
  id text primary key check (length(id) = 22),
  caller text not null check (length(caller) between 1 and 200),
  reference text not null check (length(reference) between 1 and 128),
  kind text not null check (length(kind) between 1 and 64),
  fingerprint text not null check (length(fingerprint) between 1 and 128),
  state text not null check (state in ('UNSETTLED', 'DONE', 'REFUSED')),
  -- The refusal was concluded, because the change was not found. The legacy system itself did not refuse.
  is_concluded integer not null default 0 check (is_concluded = 0 or (is_concluded = 1 and state = 'REFUSED')),
  requested_at integer not null,
  settled_at integer check ((settled_at is null) = (state = 'UNSETTLED')),
  send_by integer,
  look_at integer check (look_at is null or state = 'UNSETTLED' or is_concluded = 1),
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
  check (
    (patron_id is null and place_kind is null and library_card_number is null and subject is null)
    or (patron_id is not null and place_kind is not null and library_card_number is not null and subject is not null)
  )
) strict;

create index operations_by_place on operations (patron_id, place_kind, state, epoch) where patron_id is not null;
create index operations_to_look_at on operations (look_at) where look_at is not null;
create index operations_to_forget on operations (settled_at) where settled_at is not null;
