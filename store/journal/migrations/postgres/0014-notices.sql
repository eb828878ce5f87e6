-- Works with programs that know migration 0012.
-- One row: the process that makes and sends notices, and the events and days that it has processed.
create table patron_graph.notice_sender (
  only_row boolean primary key default true check (only_row),
  holder text check (char_length(holder) between 1 and 64),
  leased_until timestamptz check ((leased_until is null) = (holder is null)),
  -- Nothing from before this time makes a notice. Null until notices are made for the first time.
  since timestamptz,
  -- The last of circulation's events that was processed.
  event_sequence text check (event_sequence ~ '^[0-9]{1,19}$'),
  -- The last day, in Hong Kong, whose loans and holds were all processed.
  passed_day text check (char_length(passed_day) = 10),
  -- The key of the digests of notices, encrypted with the data key.
  digest_key_encrypted text
);
insert into patron_graph.notice_sender default values;

-- The notices that were made. Only a keyed hash of the kind and of the occasion is kept.
create table patron_graph.notices_made (
  key text primary key check (char_length(key) = 43),
  made_at timestamptz not null
);
create index notices_made_to_forget on patron_graph.notices_made (made_at);

-- A notice that an endpoint has not received yet. Its patron is encrypted.
create table patron_graph.notices (
  id text not null check (char_length(id) = 22),
  endpoint text not null check (char_length(endpoint) between 1 and 64),
  kind text not null check (char_length(kind) between 1 and 64),
  patron_encrypted text not null,
  made_at timestamptz not null,
  -- The time at which the notice was made, or at which staff asked for it again.
  started_at timestamptz not null,
  attempts integer not null default 0,
  -- Null if the delivery was given up.
  due_at timestamptz,
  given_up_at timestamptz check ((given_up_at is null) <> (due_at is null)),
  -- The failure and the HTTP status of the last attempt.
  failure text check (char_length(failure) between 1 and 32),
  status integer,
  primary key (id, endpoint)
);
create index notices_due on patron_graph.notices (endpoint, due_at) where due_at is not null;
create index notices_given_up on patron_graph.notices (given_up_at, id, endpoint) where given_up_at is not null;
create index notices_to_forget on patron_graph.notices (made_at);
