-- Works with programs that know migration 0018.

-- A refused operation holds its place until its refusal is certain, because its request may still be delivered again.
alter table operations add column is_place_held integer not null default 0
  check (is_place_held in (0, 1));
create index operations_holding on operations (id) where is_place_held = 1;
