-- Works with programs that know migration 0023.
-- Notes of staff at rows of work lists: that a reader was called, and a text. They are removed when their row is gone. All
-- but the time is encrypted, and the others are keyed digests.
create table patron_graph.row_notes (
  -- Of the loan's, the reservation's or the patron's number.
  row_key text not null check (char_length(row_key) = 43),
  -- Of the member of staff: each has one note at a row.
  colleague text not null check (char_length(colleague) = 43),
  patron text not null check (char_length(patron) = 43),
  encrypted text not null,
  noted_at timestamptz not null,
  primary key (row_key, colleague)
);
create index row_notes_of_patron on patron_graph.row_notes (patron);
