-- Works with programs that know migration 0011.
-- Findings are work: staff acknowledge, repair or close them. A finding about a patron has an id that is made from the
-- patron and the card, in place of the operation's id.
alter table findings add column state text not null default 'OPEN'
  check (state in ('OPEN', 'ACKNOWLEDGED', 'CLOSED', 'RESOLVED'));
-- A keyed digest. Null for a finding about an operation.
alter table findings add column patron_id text check (length(patron_id) = 43);
alter table findings add column patron_encrypted text;
-- JSON, encrypted: the card and the loans that show the finding.
alter table findings add column evidence_encrypted text;
alter table findings add column changed_at integer;
-- JSON, encrypted: who changed the state, and the reason.
alter table findings add column change_encrypted text;
create index findings_open on findings (found_at, operation_id, discrepancy) where state in ('OPEN', 'ACKNOWLEDGED');
create index findings_of_patron on findings (patron_id) where state in ('OPEN', 'ACKNOWLEDGED');

-- The latest event of each kind about a card, because circulation can't be asked whether a card is blocked.
-- Circulation has its events for 90 days. The events here are kept longer.
create table card_events (
  -- A keyed digest.
  card text not null check (length(card) = 43),
  card_encrypted text not null,
  about text not null check (about in ('BLOCK', 'REGISTRATION')),
  event text not null check (length(event) between 1 and 32),
  sequence text not null check (length(sequence) between 1 and 19),
  at integer not null,
  primary key (card, about)
) strict, without rowid;
-- The event up to which events about cards are kept, and the time of the first event that was read.
alter table books add column cards_sequence text not null default '0';
alter table books add column cards_since integer;
-- The time at which an effect was first read. It shows how long a gap in the feed stayed open.
alter table effects add column seen_at integer;
