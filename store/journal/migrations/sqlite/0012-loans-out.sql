-- Works with programs that know migration 0011.

-- The time of the oldest event that was read. An operation that is older is not reported for having no event.
alter table books add column oldest_at integer;
-- The event up to which loans are counted.
alter table books add column counted_sequence text not null default '0';
update books set oldest_at = coalesce((select min(at) from effects), last_at);

-- Loans that operations began and that are still out. Loan and patron are keyed digests.
create table loans_out (
  loan text primary key check (length(loan) between 1 and 64),
  patron_id text not null check (length(patron_id) between 1 and 64)
) strict, without rowid;
create index loans_out_by_patron on loans_out (patron_id);

-- A finding has no event if its operation is recorded as done, but circulation did not make the change.
create table findings_with_and_without_events (
  operation_id text not null check (length(operation_id) = 22),
  discrepancy text not null check (length(discrepancy) between 1 and 32),
  sequence text,
  at integer not null,
  found_at integer not null,
  primary key (operation_id, discrepancy)
) strict, without rowid;
insert into findings_with_and_without_events select operation_id, discrepancy, sequence, at, found_at from findings;
drop table findings;
alter table findings_with_and_without_events rename to findings;
create index findings_by_time on findings (found_at);
