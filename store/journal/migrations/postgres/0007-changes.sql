-- The fields of patrons' records that were changed, and the people who changed them. The value is never recorded. Each
-- field of an operation is recorded once. Rows can only be added. Nothing can be changed or removed, even by mistake.
create table patron_graph.changes (
  number bigint generated always as identity primary key,
  at timestamptz not null,
  operation_id text not null check (char_length(operation_id) = 22),
  subject text not null check (char_length(subject) between 1 and 400),
  client_id text check (char_length(client_id) <= 400),
  role text not null check (char_length(role) between 1 and 16),
  patron_id text not null check (char_length(patron_id) between 1 and 64),
  field text not null check (char_length(field) between 1 and 64),
  unique (operation_id, field)
);
create index changes_by_patron on patron_graph.changes (patron_id, number);
create function patron_graph.changes_stay() returns trigger language plpgsql as
  $$ begin raise exception 'changes are neither changed nor removed'; end $$;
create trigger changes_stay before update or delete or truncate on patron_graph.changes
  for each statement execute function patron_graph.changes_stay();
