-- Works with programs that know migration 0011.
-- Finding a patron by an item that they borrowed or reserved is audited, too. The record has the patron, never the
-- item.
alter table patron_graph.readings
  drop constraint readings_what_check,
  add constraint readings_what_check
    check (what in ('IDENTITY_NUMBER', 'PATRON_BY_IDENTITY', 'PATRON_BY_ITEM', 'OPERATIONS'));
