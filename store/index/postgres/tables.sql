-- The index. Its rows are in unlogged tables: a crash of the server empties them, and they are in no backup and on no
-- standby. The data that is needed to read the rows again is logged: the list of the cards, and the position in the
-- feed. Days and times that are texts sort in their order. Times that are numbers are milliseconds since 1970.
-- `card`, `patron` and `document` are keyed digests. Columns that end in `_sealed` are encrypted. The tables are in a
-- schema of their own, whose name has the version.

-- Numbers are drawn from this row. They ascend in the order in which readings begin and records are marked. No clock
-- can promise this order. After a crash they continue far above the last number that was kept, because a reading may
-- still be under way. The row is not a sequence, because a role would need an additional right for a sequence.
create unlogged table numbers (
  only_row integer primary key default 1 check (only_row = 1),
  last bigint not null
);

create unlogged table loans (
  id text collate "C" primary key,
  item_number text collate "C" not null,
  title_number text collate "C" not null,
  title text collate "C" not null,
  branch text collate "C" not null,
  due_on text collate "C" not null,
  card text collate "C" not null,
  card_sealed text collate "C" not null
);
create index loans_by_due on loans (due_on, id);
create index loans_by_branch on loans (branch, due_on, id);
create index loans_by_item on loans (item_number);
create index loans_by_card on loans (card);

create unlogged table holds (
  id text collate "C" primary key,
  title_number text collate "C" not null,
  title text collate "C" not null,
  pickup_branch text collate "C" not null,
  state text collate "C" not null check (state in ('QUEUED', 'READY')),
  placed_at text collate "C" not null,
  -- The last day of a ready hold, or 9999-12-31 without a last day. The empty text for a queued hold.
  ready_until text collate "C" not null,
  to_fetch integer not null default 0 check (to_fetch in (0, 1)),
  card text collate "C" not null,
  card_sealed text collate "C" not null
);
create index holds_by_title on holds (title_number, placed_at, id);
create index holds_by_card on holds (card);
create index holds_ready on holds (ready_until, id) where state = 'READY';
create index holds_ready_by_branch on holds (pickup_branch, ready_until, id) where state = 'READY';
create index holds_to_fetch on holds (placed_at, id) where to_fetch = 1;
create index holds_to_fetch_by_branch on holds (pickup_branch, placed_at, id) where to_fetch = 1;

-- The number of rows of each kind, branch and day. For LOAN, the day is the due day. READY and QUEUED have no day.
-- Triggers update these numbers, so that no statement has to.
create unlogged table counts (
  kind text collate "C" not null check (kind in ('LOAN', 'READY', 'QUEUED')),
  branch text collate "C" not null,
  day text collate "C" not null,
  amount integer not null,
  primary key (kind, branch, day)
);
create function count_rows(of_kind text, of_branch text, of_day text, by integer) returns void language sql
  set search_path from current as $$
    insert into counts values (of_kind, of_branch, of_day, by)
      on conflict (kind, branch, day) do update set amount = counts.amount + by
  $$;
create function loans_counted() returns trigger language plpgsql set search_path from current as $$
  begin
    if tg_op <> 'INSERT' then
      perform count_rows('LOAN', old.branch, old.due_on, -1);
    end if;
    if tg_op <> 'DELETE' then
      perform count_rows('LOAN', new.branch, new.due_on, 1);
    end if;
    return null;
  end $$;
create trigger loans_counted after insert or delete or update of branch, due_on on loans
  for each row execute function loans_counted();
create function holds_counted() returns trigger language plpgsql set search_path from current as $$
  begin
    if tg_op <> 'INSERT' then
      perform count_rows(old.state, old.pickup_branch, '', -1);
    end if;
    if tg_op <> 'DELETE' then
      perform count_rows(new.state, new.pickup_branch, '', 1);
    end if;
    return null;
  end $$;
create trigger holds_counted after insert or delete or update of state, pickup_branch on holds
  for each row execute function holds_counted();

create table lending_days (
  day text collate "C" primary key,
  lent integer not null,
  returned integer not null
);

-- The numbers of the readings of a card's rows. A reading that began earlier is ignored.
create unlogged table card_readings (
  card text collate "C" primary key,
  loans_number bigint not null,
  holds_number bigint not null,
  has_rows integer not null check (has_rows in (0, 1))
);
create index card_readings_without_rows on card_readings (loans_number) where has_rows = 0;

-- The cards that have rows, or that are marked. After a crash of the server, these cards are read again. The list has
-- no item, no loan and no time.
create table cards (
  card text collate "C" primary key,
  card_sealed text collate "C" not null
);

-- The loans that are out by the events so far, and their cards. The table has rows only while the feed is read for the
-- first time.
create unlogged table open_loans (
  id text collate "C" primary key,
  card text collate "C" not null,
  card_sealed text collate "C" not null
);

-- `key` is the digest of a card or a patron, or the number of any other record. The marks of a kind are read in the
-- order of `queued`, the number that was drawn when the record was first marked. `since` is the number that was drawn
-- when the record was last marked. A reading that began earlier does not remove the mark. `marked_at` is the time of
-- the first mark. `failures` is how often in succession the record could not be decoded. Until `due_at` the record is
-- not read again.
create unlogged table to_read (
  kind text collate "C" not null check (
    kind in ('CARD', 'ITEM', 'TITLE', 'COPIES', 'PATRON', 'APPLICATION', 'LOSS_REPORT')
  ),
  key text collate "C" not null,
  key_sealed text collate "C" check ((key_sealed is not null) = (kind in ('CARD', 'PATRON'))),
  queued bigint not null,
  since bigint not null,
  marked_at bigint not null,
  failures integer not null default 0,
  due_at bigint not null default 0,
  primary key (kind, key)
);
create index to_read_in_order on to_read (kind, queued, key);
create index to_read_by_age on to_read (kind, queued) where failures = 0;

-- The applied events that the feed may deliver again. A repeated event is not applied again.
create table recent_events (sequence bigint primary key);

create unlogged table applications (
  id text collate "C" primary key,
  patron text collate "C",
  patron_sealed text collate "C" check ((patron_sealed is null) = (patron is null)),
  channel text collate "C" not null check (channel in ('COUNTER', 'INTERNET')),
  status text collate "C" not null check (status in ('RECEIVED', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
  submitted_at text collate "C" not null,
  decided_at text collate "C"
);
create index applications_by_patron on applications (patron, id);
create index applications_by_status on applications (status, id);

create unlogged table application_documents (
  document text collate "C" not null,
  application_id text collate "C" not null references applications on delete cascade,
  primary key (document, application_id)
);
create index application_documents_by_application on application_documents (application_id);

create unlogged table loss_reports (
  id text collate "C" primary key,
  card text collate "C" not null,
  card_sealed text collate "C" not null,
  reported_at text collate "C" not null
);
create index loss_reports_by_card on loss_reports (card, id);

-- One row, which exists once the index is begun. The row outlives a crash of the server.
create table build (
  only_row integer primary key default 1 check (only_row = 1),
  -- A new id each time the index is begun. Data for an earlier id is not saved.
  id text collate "C" not null,
  -- Identifies the key of the digests. An index with another key is removed.
  proof text collate "C" not null,
  stage text collate "C" not null default 'EVENTS' check (stage in ('EVENTS', 'CARDS', 'OPEN')),
  -- When the stage began, and how many cards it has read and has to read. At the stage OPEN, `stage_done` is the number
  -- of patrons that the crawl had read when the stage began.
  stage_began_at bigint not null,
  stage_done integer not null default 0,
  stage_total integer,
  -- `listed_until` is the last card that was marked, while the cards of the list are being marked. `listing_number`
  -- is the number of a reading. Cards that were read under this number or a higher one need not be marked.
  listed_until text collate "C",
  listing_number bigint not null default 0,
  -- Cards of the list were marked under numbers up to this one. Lists open when none of these cards is left to read.
  opens_after bigint not null default 0,
  is_whole integer not null default 0 check (is_whole in (0, 1)),
  has_all_applications integer not null default 0 check (has_all_applications in (0, 1)),
  event_sequence bigint not null,
  -- The last numbers that were read from card management's lists. The empty text before the first.
  last_application text collate "C" not null default '',
  last_loss_report text collate "C" not null default '',
  as_of bigint not null,
  -- A number that was drawn when the last events were applied.
  last_number bigint not null default 0,
  first_event_at bigint,
  pass integer not null default 1,
  -- The number that was drawn when the pass began.
  pass_number bigint not null,
  after_patron_sealed text collate "C",
  patrons_read integer not null default 0,
  patrons_total integer
);

-- Contains the id of the build. A crash of the server empties this table, together with the rows. The build is then
-- resumed.
create unlogged table filled (id text collate "C" primary key);
