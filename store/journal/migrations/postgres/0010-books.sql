-- Identifies this server by its cluster, its timeline and the database. The timeline changes when a standby is
-- promoted or a backup is rolled forward. The database changes when a dump is restored. A part that a hosting service
-- doesn't show is left out.
create function patron_graph.server_identity() returns text language plpgsql as $$
  declare
    cluster text := '-';
    timeline text := '-';
  begin
    begin
      select system_identifier::text into cluster from pg_control_system();
    exception when insufficient_privilege or undefined_function or feature_not_supported then null;
    end;
    begin
      timeline := left(pg_walfile_name(pg_current_wal_insert_lsn()), 8);
    exception when insufficient_privilege or undefined_function or feature_not_supported then null;
    end;
    return cluster || ' ' || timeline || ' ' || (select oid from pg_database where datname = current_database());
  end $$;

-- One row: the process that follows circulation's feed of events, and its position in the feed.
create table patron_graph.books (
  only_row boolean primary key default true check (only_row),
  -- An event from before this time proves nothing, because operations were not recorded yet.
  since timestamptz not null,
  follower text check (char_length(follower) between 1 and 64),
  leased_until timestamptz check ((leased_until is null) = (follower is null)),
  last_sequence text,
  last_at timestamptz check ((last_at is null) = (last_sequence is null)),
  settled_sequence text not null default '0',
  server text not null,
  -- If true, no place is reserved, because the database may have lost operations.
  is_restored boolean not null default false
);
insert into patron_graph.books (since, server)
  select coalesce(min(requested_at), patron_graph.journal_now()), patron_graph.server_identity()
  from (
    select requested_at from patron_graph.operations union all select requested_at from patron_graph.past_operations
  ) as known;

-- Circulation's changes under the ids of operations. They have nothing about a person or an item.
create table patron_graph.effects (
  sequence text primary key check (sequence ~ '^[0-9]{1,19}$'),
  operation_id text not null check (char_length(operation_id) = 22),
  event text not null check (char_length(event) between 1 and 32),
  at timestamptz not null
);
create index effects_by_operation on patron_graph.effects (operation_id);
create index effects_to_forget on patron_graph.effects (at);

-- Differences between the journal and circulation. Each is recorded once.
create table patron_graph.findings (
  operation_id text not null check (char_length(operation_id) = 22),
  discrepancy text not null check (char_length(discrepancy) between 1 and 32),
  sequence text not null,
  at timestamptz not null,
  found_at timestamptz not null,
  primary key (operation_id, discrepancy)
);
create index findings_by_time on patron_graph.findings (found_at);

-- After a change of server, the database may have lost places that are in use. So no place is reserved before the
-- books are compared.
create function patron_graph.require_compared_books() returns boolean language plpgsql as $$
  begin
    if exists (select from patron_graph.books where is_restored or server <> patron_graph.server_identity()) then
      raise exception using errcode = '55000',
        message = 'the database was restored or promoted: no place is reserved before it is compared with circulation';
    end if;
    return true;
  end $$;
