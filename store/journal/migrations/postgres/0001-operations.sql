-- The journal's clock: the database's, one for all who share it. Whole milliseconds, as Date has them.
create function patron_graph.journal_now() returns timestamptz
  language sql volatile as $$ select date_trunc('milliseconds', clock_timestamp()) $$;

-- Patrons keep their epoch for ever: it must never decrease. The row is also what is locked.
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
  -- That it wasn't done was found out by looking; the system behind never said so.
  is_concluded boolean not null default false check (not is_concluded or state = 'REFUSED'),
  requested_at timestamptz not null,
  settled_at timestamptz check ((settled_at is null) = (state = 'UNSETTLED')),
  send_by timestamptz,
  look_at timestamptz check (look_at is null or state = 'UNSETTLED' or is_concluded),
  -- Not jsonb, which doesn't take every string that JSON can write. Nothing is looked for in them.
  details json not null check (octet_length(details::text) <= 65536),
  result json check (octet_length(result::text) <= 65536),
  -- The place, from its reservation on. A refused operation keeps the columns and holds nothing.
  patron_id text references patron_graph.patrons,
  place_kind text check (place_kind in ('LOAN', 'HOLD')),
  library_card_number text check (char_length(library_card_number) between 1 and 64),
  subject text check (char_length(subject) between 1 and 64),
  -- The patron's when the place was settled as done.
  epoch bigint check ((epoch is not null) = (state = 'DONE' and patron_id is not null)),
  unique (caller, reference),
  check (num_nulls(patron_id, place_kind, library_card_number, subject) in (0, 4))
);

create index operations_by_place on patron_graph.operations (patron_id, place_kind, state, epoch)
  where patron_id is not null;
create index operations_to_look_at on patron_graph.operations (look_at) where look_at is not null;
create index operations_to_forget on patron_graph.operations (settled_at) where settled_at is not null;
