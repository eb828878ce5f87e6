-- Works with programs that know migration 0023.
-- The new kind of row shows whether somebody else, for example a desk, has blocked a card. Our own blocks are left
-- out. An older program writes no such rows. SQLite can't change the check of a column, so the table is made again.
create table new_card_events (
  -- A keyed digest.
  card text not null check (length(card) = 43),
  card_encrypted text not null,
  about text not null check (about in ('BLOCK', 'REGISTRATION', 'BLOCK_BY_OTHERS')),
  event text not null check (length(event) between 1 and 32),
  sequence text not null check (length(sequence) between 1 and 19),
  at integer not null,
  primary key (card, about)
) strict, without rowid;
insert into new_card_events (card, card_encrypted, about, event, sequence, at)
  select card, card_encrypted, about, event, sequence, at from card_events;
drop table card_events;
alter table new_card_events rename to card_events;
