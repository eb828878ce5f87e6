-- Works with programs that know migration 0023.
-- The log of changes ([decision 65](docs/decisions/0065-log-of-changes.md)). Triggers write its rows, so that a
-- process of an older program leaves nothing out. A row has no item, no title and no name. The columns have no
-- checks, because a failing check would also prevent the change that the row records.
create table log_entries (
  -- The order in which rows were written.
  id integer primary key,
  -- The position in the log. Null until the follower of the feed has numbered the row.
  number integer,
  kind text not null,
  at integer not null,
  -- Identifies a fact that could be found twice, such as an event of the feed.
  fact text,
  -- Keyed digests.
  patron text,
  card text,
  branch text,
  -- The operation that the row is about, with its state after the change, and the digests of caller and reference.
  operation_id text,
  operation_kind text,
  operation_state text,
  caller text,
  reference text,
  -- The operation that made a change of circulation.
  caused_by text,
  -- The id of a notice or a station, or the encrypted id of a loan or a hold.
  subject text,
  subject_encrypted text
) strict;
create unique index log_entries_in_order on log_entries (number) where number is not null;
create index log_entries_unnumbered on log_entries (id) where number is null;
create unique index log_entries_by_fact on log_entries (fact) where fact is not null;

create table log_state (
  only_row integer primary key default 1 check (only_row = 1),
  -- Numbers of different epochs can't be compared.
  epoch integer not null default 1,
  last_number integer not null default 0,
  -- Rows up to this number were removed.
  removed_until integer not null default 0,
  -- The last event of the feed whose fact was written. Null until the end of the feed was reached.
  feed_sequence text check (length(feed_sequence) between 1 and 19),
  -- The event at which the log began. This event and earlier events are logged only if they happened at `began_at` or
  -- later, by circulation's clock.
  began_at_sequence text,
  began_at integer,
  -- Whether all ready holds of the index are in `told_holds`. Until then, no hold is logged.
  are_holds_told integer not null default 0,
  -- The number up to which the index has applied the log.
  indexed_number integer
) strict;
insert into log_state default values;

-- The open holds as the log last recorded them. They are kept outside the index, so that a rebuilt index logs nothing
-- again.
create table told_holds (
  -- Keyed digests.
  hold text primary key check (length(hold) = 43),
  card text not null check (length(card) = 43),
  hold_encrypted text not null,
  state text not null check (state in ('QUEUED', 'READY')),
  branch text not null check (length(branch) between 1 and 32),
  ready_until text check (length(ready_until) = 10),
  seen_at integer not null
) strict, without rowid;
create index told_holds_by_card on told_holds (card);
create index told_holds_to_forget on told_holds (seen_at);

create trigger log_begun after insert on operations when new.is_part = 0 begin
  insert into log_entries (kind, at, patron, operation_id, operation_kind, operation_state, caller, reference)
  values ('OPERATION', coalesce(new.settled_at, new.requested_at), new.about_patron, new.id, new.kind, new.state,
    new.caller, new.reference);
end;
create trigger log_settled after update of state on operations
  when new.is_part = 0 and old.state is not new.state begin
  insert into log_entries (kind, at, patron, operation_id, operation_kind, operation_state, caller, reference)
  values ('OPERATION', coalesce(new.settled_at, new.requested_at), new.about_patron, new.id, new.kind, new.state,
    new.caller, new.reference);
end;

create trigger log_made after insert on notices begin
  insert into log_entries (kind, at, fact, patron, subject)
  select 'NOTICE_MADE', new.made_at, 'notice ' || new.id, new.patron, new.id
  where not exists (select 1 from log_entries where fact = 'notice ' || new.id);
end;
create trigger log_undelivered after update of given_up_at on notices
  when old.given_up_at is null and new.given_up_at is not null begin
  insert into log_entries (kind, at, patron, subject) values ('NOTICE_UNDELIVERED', new.given_up_at, new.patron, new.id);
end;

-- Circulation's feed begins again, or the file has lost operations, and with them rows of the log.
create trigger begin_log_epoch after update of last_sequence, is_restored on books
  when (old.last_sequence is not null and new.last_sequence is null) or (new.is_restored and not old.is_restored) begin
  update log_state set epoch = epoch + 1, indexed_number = null,
    feed_sequence = case when new.last_sequence is not null then feed_sequence end;
end;
