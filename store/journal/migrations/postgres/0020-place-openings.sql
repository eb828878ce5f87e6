-- Works with programs that know migration 0012.
-- The database server at one moment: its identity and its start. A backup that was copied back has the same identity.
create function patron_graph.server_generation() returns text language sql as $$
  select patron_graph.server_identity() || ' ' || extract(epoch from pg_postmaster_start_time())::text
$$;

-- An operator lets places be reserved although the books are not compared. The permission ends when the server is
-- started or replaced. Rows can only be added.
create table patron_graph.place_openings (
  number bigint generated always as identity primary key,
  at timestamptz not null,
  ends_at timestamptz not null,
  generation text not null,
  operator text not null check (char_length(operator) between 1 and 400),
  reason text not null check (char_length(reason) between 1 and 1000)
);
create function patron_graph.place_openings_stay() returns trigger language plpgsql as
  $$ begin raise exception 'openings of places are neither changed nor removed'; end $$;
create trigger place_openings_stay before update or delete or truncate on patron_graph.place_openings
  for each statement execute function patron_graph.place_openings_stay();

-- Fails while places are closed. The SQLSTATE is then LB001.
create function patron_graph.require_open_places() returns boolean language plpgsql as $$
  declare
    is_restored boolean;
    is_started boolean;
  begin
    select books.is_restored or books.server <> patron_graph.server_identity(),
        books.started_at <> pg_postmaster_start_time()
      into strict is_restored, is_started from patron_graph.books as books;
    if (is_restored or is_started) and not exists (
      select from patron_graph.place_openings
      where generation = patron_graph.server_generation() and ends_at > patron_graph.journal_now()
    ) then
      raise exception using errcode = 'LB001',
        message = case when is_restored
          then 'the database was restored or promoted: no place is reserved before it is compared with circulation'
          else 'the database server was started: no place is reserved before it is compared with circulation' end;
    end if;
    return true;
  end $$;
