-- A claim is in force while its operation is unsettled.
create table patron_graph.claims (
  key text not null check (char_length(key) between 1 and 200),
  operation_id text not null references patron_graph.operations on delete cascade,
  primary key (key, operation_id)
);
create index claims_by_operation on patron_graph.claims (operation_id);

create table patron_graph.attempts (
  id text primary key check (char_length(id) = 22),
  key text not null check (char_length(key) between 1 and 400),
  at timestamptz not null
);
create index attempts_by_key on patron_graph.attempts (key, at);
create index attempts_to_forget on patron_graph.attempts (at);

-- Rows can only be added. Nothing can be changed or removed, even by mistake.
create table patron_graph.readings (
  number bigint generated always as identity primary key,
  at timestamptz not null,
  reader text not null check (char_length(reader) between 1 and 400),
  client_id text check (char_length(client_id) <= 400),
  what text not null check (what in ('IDENTITY_NUMBER', 'PATRON_BY_IDENTITY')),
  patron_id text check (char_length(patron_id) between 1 and 64)
);
create index readings_by_patron on patron_graph.readings (patron_id, number) where patron_id is not null;
create function patron_graph.readings_stay() returns trigger language plpgsql as
  $$ begin raise exception 'readings are neither changed nor removed'; end $$;
create trigger readings_stay before update or delete or truncate on patron_graph.readings
  for each statement execute function patron_graph.readings_stay();
