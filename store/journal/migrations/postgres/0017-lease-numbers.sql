-- Works with programs that know migration 0016.

-- The holder of a lease raises its number with each renewal. Other processes take the lease when its number has stood
-- still for the lease's length, by their own monotonic clocks. `leased_until` is for programs that don't know the
-- number.
alter table patron_graph.books add column lease_number bigint not null default 0;
alter table patron_graph.notice_sender add column lease_number bigint not null default 0;
