-- Works with programs that know migration 0016.
-- A loan may be overdue for years. Its notices are kept for 100 days after the loan was last seen, so that none is made
-- again. Null until the loan is seen again.
alter table notices_made add column seen_at integer;
drop index notices_made_to_forget;
create index notices_made_to_forget on notices_made (coalesce(seen_at, made_at));
