-- Works with programs that know migration 0011.
-- Findings are work: staff acknowledge, repair or close them. A finding about a patron has an id that is made from the
-- patron and the card, in place of the operation's id.
alter table patron_graph.findings
  add column state text not null default 'OPEN' check (state in ('OPEN', 'ACKNOWLEDGED', 'CLOSED', 'RESOLVED')),
  -- A keyed digest. Null for a finding about an operation.
  add column patron_id text check (char_length(patron_id) = 43),
  add column patron_encrypted text,
  -- JSON, encrypted: the card and the loans that show the finding.
  add column evidence_encrypted text,
  add column changed_at timestamptz,
  -- JSON, encrypted: who changed the state, and the reason.
  add column change_encrypted text;
create index findings_open on patron_graph.findings (found_at, operation_id, discrepancy)
  where state in ('OPEN', 'ACKNOWLEDGED');
create index findings_of_patron on patron_graph.findings (patron_id) where state in ('OPEN', 'ACKNOWLEDGED');

-- The latest event of each kind about a card, because circulation can't be asked whether a card is blocked.
-- Circulation has its events for 90 days. The events here are kept longer.
create table patron_graph.card_events (
  -- A keyed digest.
  card text not null check (char_length(card) = 43),
  card_encrypted text not null,
  about text not null check (about in ('BLOCK', 'REGISTRATION')),
  event text not null check (char_length(event) between 1 and 32),
  sequence text not null check (sequence ~ '^[0-9]{1,19}$'),
  at timestamptz not null,
  primary key (card, about)
);
-- The event up to which events about cards are kept, and the time of the first event that was read.
alter table patron_graph.books
  add column cards_sequence text not null default '0',
  add column cards_since timestamptz;
-- The time at which an effect was first read. It shows how long a gap in the feed stayed open.
alter table patron_graph.effects add column seen_at timestamptz;
