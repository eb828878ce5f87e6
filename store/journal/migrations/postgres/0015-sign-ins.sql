-- Works with programs that know migration 0011.
-- Signing in with number and PIN on the library's page is audited, too. The patron sees the sign-in in their access
-- log.
alter table patron_graph.readings
  drop constraint readings_what_check,
  add constraint readings_what_check
    check (what in ('IDENTITY_NUMBER', 'PATRON_BY_IDENTITY', 'PATRON_BY_ITEM', 'OPERATIONS', 'SIGN_IN'));
