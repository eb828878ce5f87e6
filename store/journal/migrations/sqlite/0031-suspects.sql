-- Works with programs that know migration 0023.
-- The patrons and cards that the books have to examine. A suspect is removed only after its examination. An older
-- program keeps its suspects in memory.
create table suspects (
  kind text not null check (kind in ('PATRON', 'CARD')),
  -- A keyed digest of the patron's or the card's number.
  subject text not null check (length(subject) = 43),
  subject_encrypted text not null,
  -- Numbers from `books.last_number`: one was drawn when the wait began, the other when the suspect was last marked.
  waits_since integer not null,
  marked integer not null,
  primary key (kind, subject)
) strict, without rowid;
create index suspects_in_order on suspects (kind, waits_since, subject);
-- The number that was drawn last, for the order of suspects, readings and changes of findings.
alter table books add column last_number integer not null default 0;
-- The last entry of the audit of changes whose patron was marked.
alter table books add column changes_read integer;
-- The number that was drawn when the finding was last changed. An older program leaves it unchanged.
alter table findings add column version integer not null default 0;
