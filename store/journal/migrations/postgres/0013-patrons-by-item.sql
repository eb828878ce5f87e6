-- Works with programs that know migration 0011.
-- Finding a patron by an item that they have, or wait for, is audited, too: the patron, never the item.
alter table patron_graph.readings
  drop constraint readings_what_check,
  add constraint readings_what_check
    check (what in ('IDENTITY_NUMBER', 'PATRON_BY_IDENTITY', 'PATRON_BY_ITEM', 'OPERATIONS'));
