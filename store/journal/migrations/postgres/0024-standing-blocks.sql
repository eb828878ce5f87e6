-- Works with programs that know migration 0011.
-- The cards that a suspension or a closing has blocked, because circulation keeps no reason for a block. Lifting unblocks
-- these cards and no others.
create table patron_graph.standing_blocks (
  -- Keyed digests.
  patron_id text not null check (char_length(patron_id) = 43),
  card text not null check (char_length(card) = 43),
  patron_encrypted text not null,
  card_encrypted text not null,
  primary key (patron_id, card)
);
