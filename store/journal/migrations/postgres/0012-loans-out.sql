-- Works with programs that know migration 0011.

-- The progress of comparing the books.
alter table patron_graph.books
  -- The time of the oldest event that was read. An older operation needs no event.
  add column oldest_at timestamptz,
  -- The event up to which loans are counted.
  add column counted_sequence text not null default '0',
  -- The start time of the server when the books were last compared. The server's identity does not show that a backup
  -- was copied back, because the backup has the same identity. But the server must be started after the copying. So if
  -- the start time has changed, the books must be compared again.
  add column started_at timestamptz not null default pg_postmaster_start_time();
update patron_graph.books set oldest_at = coalesce((select min(at) from patron_graph.effects), last_at);
alter table patron_graph.books alter column started_at drop default;

-- Loans that operations began and that are still out. Loan and patron are keyed digests.
create table patron_graph.loans_out (
  loan text primary key check (char_length(loan) between 1 and 64),
  patron_id text not null check (char_length(patron_id) between 1 and 64)
);
create index loans_out_by_patron on patron_graph.loans_out (patron_id);

-- A finding has no event if its operation is recorded as done, but circulation did not make the change.
alter table patron_graph.findings alter column sequence drop not null;

create function patron_graph.require_books_compared_since_start() returns boolean language plpgsql as $$
  begin
    perform patron_graph.require_compared_books();
    if exists (select from patron_graph.books where started_at <> pg_postmaster_start_time()) then
      raise exception using errcode = '55000',
        message = 'the database server was started: no place is reserved before it is compared with circulation';
    end if;
    return true;
  end $$;
