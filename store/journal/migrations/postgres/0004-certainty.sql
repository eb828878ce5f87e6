-- Settings that all processes over this database share, in at most one row. Without this row, circulation's drop time
-- is 30 seconds.
create table patron_graph.settings (
  only_row boolean primary key default true check (only_row),
  drop_after_ms integer not null check (drop_after_ms between 100 and 999999)
);
create function patron_graph.drop_after_ms() returns integer language sql stable as
  $$ select coalesce((select drop_after_ms from patron_graph.settings), 30000) $$;

-- `certain_at` is the time after which nothing that was sent can be applied any more. `certain_after_ms` is the time
-- in ms from the earliest possible sending until `certain_at`. Both are null if nothing is sent, and in rows of older
-- programs.
alter table patron_graph.operations
  add column certain_at timestamptz,
  add column certain_after_ms integer check ((certain_after_ms is null) = (certain_at is null)),
  -- An operation that was sent is checked again after it was settled, because a proxy may deliver a request twice, or
  -- late.
  drop constraint operations_check2,
  add constraint operations_look_at_check
    check (look_at is null or state = 'UNSETTLED' or is_concluded or send_by is not null);

-- Unsettled operations have an index of their own, so that they never wait for operations that are only checked again.
drop index patron_graph.operations_to_look_at;
create index operations_to_look_at on patron_graph.operations (look_at)
  where look_at is not null and state = 'UNSETTLED';
create index operations_to_look_at_again on patron_graph.operations (look_at)
  where look_at is not null and state <> 'UNSETTLED';

-- A crash must not undo an outcome that a caller has received, so the commit must wait for the disk. Only the setting
-- `off` is rejected, because a commit waits with all other settings.
create function patron_graph.require_durable_commit() returns boolean language plpgsql as $$
  begin
    if current_setting('synchronous_commit') = 'off' then
      raise exception using errcode = '55000',
        message = 'synchronous_commit is off, and a crash would lose what is promised: set it to on for this database and role';
    end if;
    return true;
  end $$;
