-- From here on, `caller`, `reference` and `patron_id` are keyed digests, and `library_card_number` and `subject` are
-- placeholders. The values are in `sealed`. Details and result are sealed, too. Existing rows are sealed when the
-- journal is opened.
alter table patron_graph.operations
  add column sealed text check (char_length(sealed) between 1 and 8192),
  -- The limit is 64 KiB, and a third more for the encryption.
  drop constraint operations_details_check,
  drop constraint operations_result_check,
  add constraint operations_details_check check (octet_length(details::text) <= 90000),
  add constraint operations_result_check check (octet_length(result::text) <= 90000);
-- An older program would write these values in clear. An older program would count only places with a patron in
-- clear, and a newer program only places with a sealed patron. So the limit could be exceeded. The renaming below
-- prevents this: an older program does not find the table `patrons`, and begins nothing.
alter table patron_graph.patrons rename to patron_epochs;
create function patron_graph.operations_are_sealed() returns trigger language plpgsql as
  $$ begin raise exception 'an older program, which seals nothing: a newer one is wanted'; end $$;
create trigger operations_are_sealed before insert on patron_graph.operations
  for each row when (new.sealed is null) execute function patron_graph.operations_are_sealed();

-- Identifies the secret, in at most one row.
create table patron_graph.secrets (
  only_row boolean primary key default true check (only_row),
  proof text not null
);

-- The part of an operation that is kept after 30 days. It has nothing about a person or an item.
create table patron_graph.past_operations (
  id text primary key check (char_length(id) = 22),
  kind text not null,
  state text not null check (state in ('DONE', 'REFUSED')),
  requested_at timestamptz not null,
  settled_at timestamptz not null
);
create index past_operations_to_forget on patron_graph.past_operations (settled_at);
