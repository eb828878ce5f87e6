-- One row: the process that follows circulation's feed of events, and its position in the feed.
create table books (
  only_row integer primary key default 1 check (only_row = 1),
  -- An event from before this time proves nothing, because operations were not recorded yet. Null until the feed is
  -- followed for the first time.
  since integer,
  follower text check (length(follower) between 1 and 64),
  leased_until integer check ((leased_until is null) = (follower is null)),
  last_sequence text,
  last_at integer check ((last_at is null) = (last_sequence is null)),
  settled_sequence text not null default '0',
  -- If true, no place is reserved, because the file may have lost operations.
  is_restored integer not null default 0 check (is_restored in (0, 1))
) strict;
insert into books (since)
  select min(requested_at) from (select requested_at from operations union all select requested_at from past_operations);

-- Circulation's changes under the ids of operations. They have nothing about a person or an item.
create table effects (
  sequence text primary key check (length(sequence) between 1 and 19),
  operation_id text not null check (length(operation_id) = 22),
  event text not null check (length(event) between 1 and 32),
  at integer not null
) strict, without rowid;
create index effects_by_operation on effects (operation_id);
create index effects_to_forget on effects (at);

-- Differences between the journal and circulation. Each is recorded once.
create table findings (
  operation_id text not null check (length(operation_id) = 22),
  discrepancy text not null check (length(discrepancy) between 1 and 32),
  sequence text not null,
  at integer not null,
  found_at integer not null,
  primary key (operation_id, discrepancy)
) strict, without rowid;
create index findings_by_time on findings (found_at);
