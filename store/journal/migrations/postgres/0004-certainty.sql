-- What all processes over this database go by: one row at most. Until one says otherwise, circulation drops after 30 seconds.
create table patron_graph.settings (
  only_row boolean primary key default true check (only_row),
  drop_after_ms integer not null check (drop_after_ms between 100 and 999999)
);
create function patron_graph.drop_after_ms() returns integer language sql stable as
  $$ select coalesce((select drop_after_ms from patron_graph.settings), 30000) $$;

-- When nothing of what was sent can be applied any more; and how long that is, from when it might first be sent. Null where
-- nothing is sent, and of what a program of before has written.
alter table patron_graph.operations
  add column certain_at timestamptz,
  add column certain_after_ms integer check ((certain_after_ms is null) = (certain_at is null)),
  -- What was sent is looked at again after it was settled, too: what lies between may deliver a request twice, or late.
  drop constraint operations_check2,
  add constraint operations_look_at_check
    check (look_at is null or state = 'UNSETTLED' or is_concluded or send_by is not null);

-- What is unsettled never waits for what is only looked at again.
drop index patron_graph.operations_to_look_at;
create index operations_to_look_at on patron_graph.operations (look_at)
  where look_at is not null and state = 'UNSETTLED';
create index operations_to_look_at_again on patron_graph.operations (look_at)
  where look_at is not null and state <> 'UNSETTLED';

-- What is promised must outlive a crash: a commit that waits for no disk promises nothing. Any stricter setting will do.
create function patron_graph.require_durable_commit() returns boolean language plpgsql as $$
  begin
    if current_setting('synchronous_commit') = 'off' then
      raise exception using errcode = '55000',
        message = 'synchronous_commit is off, and a crash would lose what is promised: set it to on for this database and role';
    end if;
    return true;
  end $$;
