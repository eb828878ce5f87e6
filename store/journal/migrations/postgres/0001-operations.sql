-- The journal's clock. It is the database's clock, so that all processes share it. It has whole milliseconds, like
-- JavaScript's Date.
create function patron_graph.journal_now() returns timestamptz
  language sql volatile as $$ select date_trunc('milliseconds', clock_timestamp()) $$;

-- A patron's row is kept for ever, because the epoch must never decrease. The row also serves as the patron's lock.
create table patron_graph.patrons (
  patron_id text primary key check (char_length(patron_id) between 1 and 64),
  epoch bigint not null
);

create table patron_graph.operations (
  id text primary key check (char_length(id) = 22),
  caller text not null check (char_length(caller) between 1 and 200),
  reference text not null check (char_length(reference) between 1 and 128),
  kind text not null check (char_length(kind) between 1 and 64),
  fingerprint text not null check (char_length(fingerprint) between 1 and 128),
  state text not null check (state in ('UNSETTLED', 'DONE', 'REFUSED')),
  -- The refusal was concluded, because the change was not found. The legacy system itself did not refuse.
  is_concluded boolean not null default false check (not is_concluded or state = 'REFUSED'),
  requested_at timestamptz not null,
  settled_at timestamptz check ((settled_at is null) = (state = 'UNSETTLED')),
  send_by timestamptz,
  look_at timestamptz check (look_at is null or state = 'UNSETTLED' or is_concluded),
  -- The type is not jsonb, which doesn't accept every string that JSON can contain. Nothing is searched in these
  -- columns.
  details json not null check (octet_length(details::text) <= 65536),
  result json check (octet_length(result::text) <= 65536),
  -- The place, once it is reserved. A refused operation keeps these columns, but holds no place.
  patron_id text references patron_graph.patrons,
  place_kind text check (place_kind in ('LOAN', 'HOLD')),
  library_card_number text check (char_length(library_card_number) between 1 and 64),
  subject text check (char_length(subject) between 1 and 64),
  -- The patron's epoch when the place was settled as done.
  epoch bigint check ((epoch is not null) = (state = 'DONE' and patron_id is not null)),
  unique (caller, reference),
  check (num_nulls(patron_id, place_kind, library_card_number, subject) in (0, 4))
);

create index operations_by_place on patron_graph.operations (patron_id, place_kind, state, epoch)
  where patron_id is not null;
create index operations_to_look_at on patron_graph.operations (look_at) where look_at is not null;
create index operations_to_forget on patron_graph.operations (settled_at) where settled_at is not null;
