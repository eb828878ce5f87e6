-- Works with programs that know migration 0023.
-- The books of payments (decision 72): what the payment system made under the ids of operations. No row names a person.
create table payment_effects (
  -- The number of the change in the payment system's list.
  sequence text primary key check (length(sequence) between 1 and 19),
  operation_id text not null check (length(operation_id) = 22),
  event text not null check (length(event) between 1 and 32),
  -- The payment that was made or refunded, or the charge that was waived.
  subject text not null check (length(subject) <= 64),
  cents integer not null check (cents >= 0),
  -- The time of the change by the payment system's clock.
  at integer not null
) strict, without rowid;
create index payment_effects_by_operation on payment_effects (operation_id);
create index payment_effects_to_forget on payment_effects (at);

-- The time since which effects are kept. Null until the payment system is followed.
alter table owing_follower add column books_since integer;
-- The change up to which effects are kept. It differs from `sequence` after an earlier program has read changes.
alter table owing_follower add column effects_until text check (length(effects_until) between 1 and 19);
-- The night in which the books were compared last, as a number of days. Null if they must be compared now.
alter table owing_follower add column compared_night integer;
