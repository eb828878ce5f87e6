-- The index, in a file of its own, which can be deleted at any time. Days and times that are texts sort in their
-- order. Times that are numbers are milliseconds since 1970. `card`, `patron` and `document` are keyed digests.
-- Columns that end in `_sealed` are encrypted.

-- Numbers are drawn from this row. They ascend in the order in which readings begin and records are marked. No clock
-- can promise this order.
create table numbers (
  only_row integer primary key default 1 check (only_row = 1),
  last integer not null
) strict;

create table loans (
  id text primary key,
  item_number text not null,
  title_number text not null,
  title text not null,
  branch text not null,
  due_on text not null,
  card text not null,
  card_sealed text not null
) strict, without rowid;
create index loans_by_due on loans (due_on, id);
create index loans_by_branch on loans (branch, due_on, id);
create index loans_by_item on loans (item_number);
create index loans_by_card on loans (card);

create table holds (
  id text primary key,
  title_number text not null,
  title text not null,
  pickup_branch text not null,
  state text not null check (state in ('QUEUED', 'READY')),
  placed_at text not null,
  -- The last day of a ready hold, or 9999-12-31 without a last day. The empty text for a queued hold.
  ready_until text not null,
  to_fetch integer not null default 0 check (to_fetch in (0, 1)),
  card text not null,
  card_sealed text not null
) strict, without rowid;
create index holds_by_title on holds (title_number, placed_at, id);
create index holds_by_card on holds (card);
create index holds_ready on holds (ready_until, id) where state = 'READY';
create index holds_ready_by_branch on holds (pickup_branch, ready_until, id) where state = 'READY';
create index holds_to_fetch on holds (placed_at, id) where to_fetch = 1;
create index holds_to_fetch_by_branch on holds (pickup_branch, placed_at, id) where to_fetch = 1;

-- The number of rows of each kind, branch and day. For LOAN, the day is the due day. READY and QUEUED have no day.
-- Triggers update these numbers, so that no statement has to.
create table counts (
  kind text not null check (kind in ('LOAN', 'READY', 'QUEUED')),
  branch text not null,
  day text not null,
  amount integer not null,
  primary key (kind, branch, day)
) strict, without rowid;
create trigger loans_added after insert on loans begin
  insert into counts values ('LOAN', new.branch, new.due_on, 1) on conflict do update set amount = amount + 1;
end;
create trigger loans_removed after delete on loans begin
  update counts set amount = amount - 1 where kind = 'LOAN' and branch = old.branch and day = old.due_on;
end;
create trigger loans_changed after update of branch, due_on on loans begin
  update counts set amount = amount - 1 where kind = 'LOAN' and branch = old.branch and day = old.due_on;
  insert into counts values ('LOAN', new.branch, new.due_on, 1) on conflict do update set amount = amount + 1;
end;
create trigger holds_added after insert on holds begin
  insert into counts values (new.state, new.pickup_branch, '', 1) on conflict do update set amount = amount + 1;
end;
create trigger holds_removed after delete on holds begin
  update counts set amount = amount - 1 where kind = old.state and branch = old.pickup_branch and day = '';
end;
create trigger holds_changed after update of state, pickup_branch on holds begin
  update counts set amount = amount - 1 where kind = old.state and branch = old.pickup_branch and day = '';
  insert into counts values (new.state, new.pickup_branch, '', 1) on conflict do update set amount = amount + 1;
end;

create table lending_days (
  day text primary key,
  lent integer not null,
  returned integer not null
) strict, without rowid;

-- The numbers of the readings of a card's rows. A reading that began earlier is ignored.
create table card_readings (
  card text primary key,
  loans_number integer not null,
  holds_number integer not null,
  has_rows integer not null check (has_rows in (0, 1))
) strict, without rowid;
create index card_readings_without_rows on card_readings (loans_number) where has_rows = 0;

-- The cards that have rows, or that are marked. The list has no item, no loan and no time.
create table cards (
  card text primary key,
  card_sealed text not null
) strict, without rowid;

-- The loans that are out by the events so far, and their cards. The table has rows only while the feed is read for the
-- first time.
create table open_loans (
  id text primary key,
  card text not null,
  card_sealed text not null
) strict, without rowid;

-- `key` is the digest of a card or a patron, or the number of any other record. The marks of a kind are read in the
-- order of `queued`, the number that was drawn when the record was first marked. `since` is the number that was drawn
-- when the record was last marked. A reading that began earlier does not remove the mark. `marked_at` is the time of
-- the first mark. `failures` is how often in succession the record could not be decoded. Until `due_at` the record is
-- not read again.
create table to_read (
  kind text not null check (
    kind in ('CARD', 'ITEM', 'TITLE', 'COPIES', 'PATRON', 'APPLICATION', 'LOSS_REPORT')
  ),
  key text not null,
  key_sealed text check ((key_sealed is not null) = (kind in ('CARD', 'PATRON'))),
  queued integer not null,
  since integer not null,
  marked_at integer not null,
  failures integer not null default 0,
  due_at integer not null default 0,
  primary key (kind, key)
) strict, without rowid;
create index to_read_in_order on to_read (kind, queued, key);
create index to_read_by_age on to_read (kind, queued) where failures = 0;

-- The applied events that the feed may deliver again. A repeated event is not applied again.
create table recent_events (sequence integer primary key) strict;

create table applications (
  id text primary key,
  patron text,
  patron_sealed text check ((patron_sealed is null) = (patron is null)),
  channel text not null check (channel in ('COUNTER', 'INTERNET')),
  status text not null check (status in ('RECEIVED', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
  submitted_at text not null,
  decided_at text
) strict, without rowid;
create index applications_by_patron on applications (patron, id);
create index applications_by_status on applications (status, id);

create table application_documents (
  document text not null,
  application_id text not null references applications on delete cascade,
  primary key (document, application_id)
) strict, without rowid;
create index application_documents_by_application on application_documents (application_id);

create table loss_reports (
  id text primary key,
  card text not null,
  card_sealed text not null,
  reported_at text not null
) strict, without rowid;
create index loss_reports_by_card on loss_reports (card, id);

-- One row, which exists once the index is begun.
create table build (
  only_row integer primary key default 1 check (only_row = 1),
  -- A new id each time the index is begun. Data for an earlier id is not saved.
  id text not null,
  -- Identifies the key of the digests. An index with another key is removed.
  proof text not null,
  stage text not null default 'EVENTS' check (stage in ('EVENTS', 'CARDS', 'OPEN')),
  -- When the stage began, and how many cards it has read and has to read. At the stage OPEN, `stage_done` is the number
  -- of patrons that the crawl had read when the stage began.
  stage_began_at integer not null,
  stage_done integer not null default 0,
  stage_total integer,
  -- `listed_until` is the last card that was marked, while the cards of the list are being marked. `listing_number`
  -- is the number of a reading. Cards that were read under this number or a higher one need not be marked.
  listed_until text,
  listing_number integer not null default 0,
  -- Cards of the list were marked under numbers up to this one. Lists open when none of these cards is left to read.
  opens_after integer not null default 0,
  is_whole integer not null default 0 check (is_whole in (0, 1)),
  has_all_applications integer not null default 0 check (has_all_applications in (0, 1)),
  event_sequence integer not null,
  -- The last numbers that were read from card management's lists. The empty text before the first.
  last_application text not null default '',
  last_loss_report text not null default '',
  as_of integer not null,
  -- A number that was drawn when the last events were applied.
  last_number integer not null default 0,
  first_event_at integer,
  pass integer not null default 1,
  -- The number that was drawn when the pass began.
  pass_number integer not null,
  after_patron_sealed text,
  patrons_read integer not null default 0,
  patrons_total integer
) strict;

-- Has the id of the build. Only in PostgreSQL does a crash empty this table.
create table filled (id text primary key) strict, without rowid;
