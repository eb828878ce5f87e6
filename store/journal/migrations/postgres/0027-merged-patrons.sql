-- Works with programs that know migration 0023.
-- A program that doesn't know this migration counts the loans of merged records separately. So records are merged only
-- once all processes have the new program.
-- Two records of one person: `patron_id` was merged into `merged_into`. Both are keyed digests.
create table patron_graph.merged_patrons (
  patron_id text primary key check (char_length(patron_id) = 43),
  merged_into text not null check (char_length(merged_into) = 43 and merged_into <> patron_id),
  patron_encrypted text not null,
  merged_into_encrypted text not null,
  -- The operation that merged the records.
  operation_id text not null check (char_length(operation_id) = 22),
  merged_at timestamptz not null,
  -- When the record was closed, because everything on its cards was back.
  closed_at timestamptz
);
create index merged_patrons_into on patron_graph.merged_patrons (merged_into);
create index merged_patrons_open on patron_graph.merged_patrons (patron_id) where closed_at is null;
