-- Works with programs that know migration 0018.

-- A refused operation holds its place until its refusal is certain, because its request may still be delivered again.
alter table patron_graph.operations add column is_place_held boolean not null default false;
create index operations_holding on patron_graph.operations (id) where is_place_held;
