-- Works with programs that know migration 0023.
-- This index finds recent changes of some fields, for all patrons. Such changes end sign-ins, and readers get notices
-- of them.
create index changes_by_field on patron_graph.changes (field, at);
-- The address to which a notice goes, encrypted. Null for the address in the patron's record.
alter table patron_graph.notices add column former_email_encrypted text;
