-- Works with programs that know migration 0011.
-- Readers' choices about notices: the language, and the kinds that they do not want. The patron's number and the
-- choices are encrypted.
create table patron_graph.notice_preferences (
  -- A keyed digest.
  patron text primary key check (char_length(patron) = 43),
  encrypted text not null,
  changed_at timestamptz not null
);
