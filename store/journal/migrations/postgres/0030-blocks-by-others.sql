-- Works with programs that know migration 0023.
-- The new kind of row shows whether somebody else, for example a desk, has blocked a card. Our own blocks are left
-- out. An older program writes no such rows.
alter table patron_graph.card_events
  drop constraint card_events_about_check,
  add constraint card_events_about_check check (about in ('BLOCK', 'REGISTRATION', 'BLOCK_BY_OTHERS'));
