-- Looking up the operations of a patron is audited, too.
alter table patron_graph.readings
  drop constraint readings_what_check,
  add constraint readings_what_check check (what in ('IDENTITY_NUMBER', 'PATRON_BY_IDENTITY', 'OPERATIONS'));
