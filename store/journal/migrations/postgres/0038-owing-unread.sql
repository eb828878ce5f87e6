-- Works with programs that know migration 0023.
-- An account that is marked for a minute is not known: it can't be decoded, or the payment system doesn't tell it.
-- The time since which the account must be read. Null for a mark of an earlier program, which counts as an old one.
alter table patron_graph.owing add column marked_at timestamptz;
