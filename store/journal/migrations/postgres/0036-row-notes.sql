-- Works with programs that know migration 0023.
-- Notes of staff at rows of work lists: that a reader was called, and a text. A note is removed when its row is gone.
-- The note is encrypted, and the other columns except the time are keyed digests.
create table patron_graph.row_notes (
  -- A keyed digest of the loan's, the reservation's or the patron's number.
  row_key text not null check (char_length(row_key) = 43),
  -- A keyed digest of the member of staff. Each member of staff has at most one note at a row.
  colleague text not null check (char_length(colleague) = 43),
  patron text not null check (char_length(patron) = 43),
  encrypted text not null,
  noted_at timestamptz not null,
  primary key (row_key, colleague)
);
create index row_notes_of_patron on patron_graph.row_notes (patron);
