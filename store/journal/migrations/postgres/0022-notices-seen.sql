-- Works with programs that know migration 0016.
-- A loan may be overdue for years. Its notices are kept for 100 days after the loan was last seen, so that none is made
-- again. Null until the loan is seen again.
alter table patron_graph.notices_made add column seen_at timestamptz;
drop index patron_graph.notices_made_to_forget;
create index notices_made_to_forget on patron_graph.notices_made (coalesce(seen_at, made_at));
