-- Works with programs that know migration 0023.
-- The books of payments (decision 72): what the payment system made under the ids of operations. No row names a person.
create table patron_graph.payment_effects (
  -- The number of the change in the payment system's list.
  sequence text primary key check (sequence ~ '^[0-9]{1,19}$'),
  operation_id text not null check (char_length(operation_id) = 22),
  event text not null check (char_length(event) between 1 and 32),
  -- The payment that was made or refunded, or the charge that was waived.
  subject text not null check (char_length(subject) <= 64),
  cents bigint not null check (cents >= 0),
  -- The time of the change by the payment system's clock.
  at timestamptz not null
);
create index payment_effects_by_operation on patron_graph.payment_effects (operation_id);
create index payment_effects_to_forget on patron_graph.payment_effects (at);

-- The time since which effects are kept. Null until the payment system is followed.
alter table patron_graph.owing_follower add column books_since timestamptz;
-- The change up to which effects are kept. It differs from `sequence` after an earlier program has read changes.
alter table patron_graph.owing_follower add column effects_until text check (effects_until ~ '^[0-9]{1,19}$');
-- The night in which the books were compared last, as a number of days. Null if they must be compared now.
alter table patron_graph.owing_follower add column compared_night integer;
