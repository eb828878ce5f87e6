-- Works with programs that know migration 0023.
-- The patrons and cards that the books have to examine. A suspect is removed only after its examination. An older
-- program keeps its suspects in memory.
create table patron_graph.suspects (
  kind text not null check (kind in ('PATRON', 'CARD')),
  -- A keyed digest of the patron's or the card's number.
  subject text not null check (char_length(subject) = 43),
  subject_encrypted text not null,
  -- Numbers from `books.last_number`: one was drawn when the wait began, the other when the suspect was last marked.
  waits_since bigint not null,
  marked bigint not null,
  primary key (kind, subject)
);
create index suspects_in_order on patron_graph.suspects (kind, waits_since, subject);
alter table patron_graph.books
  -- The number that was drawn last, for the order of suspects, readings and changes of findings.
  add column last_number bigint not null default 0,
  -- The last entry of the audit of changes whose patron was marked.
  add column changes_read bigint;
-- The number that was drawn when the finding was last changed. An older program leaves it unchanged.
alter table patron_graph.findings add column version bigint not null default 0;
