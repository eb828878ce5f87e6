-- Works with programs that know migration 0023.
-- The index of patrons who owe something (decision 69). The index is made from the payment system's data, and can be
-- made again.
-- One row: the process that follows the payment system's list of changes, and what it has read.
create table patron_graph.owing_follower (
  only_row boolean primary key default true check (only_row),
  holder text check (char_length(holder) between 1 and 64),
  leased_until timestamptz check ((leased_until is null) = (holder is null)),
  lease_number bigint not null default 0,
  -- The last change that was read, with the payment system's time of it. Null before the first.
  sequence text check (sequence ~ '^[0-9]{1,19}$'),
  sequence_at timestamptz check ((sequence_at is null) = (sequence is null)),
  -- The payment system's time of the oldest change that was read.
  oldest_at timestamptz,
  -- The time up to which the index has everything. Null until the end of the list was reached once.
  applied_at timestamptz
);
insert into patron_graph.owing_follower default values;

-- A patron who owes something, or whose account must be read. The sums are in clear, because lists are in their order.
create table patron_graph.owing (
  -- A keyed digest of the patron's number.
  patron text primary key check (char_length(patron) = 43),
  patron_encrypted text not null,
  -- The outstanding sum, in cents. `cents`, `charges` and `since` are null until the account has been read.
  cents bigint check (cents > 0),
  charges integer check ((charges is null) = (cents is null)),
  -- When the oldest charge with something outstanding was raised.
  since timestamptz check ((since is null) = (cents is null)),
  -- Whether the account must be read again.
  is_marked boolean not null
);
create index owing_by_sum on patron_graph.owing (cents, patron) where cents is not null;
create index owing_by_age on patron_graph.owing (since, patron) where cents is not null;
create index owing_to_read on patron_graph.owing (patron) where is_marked;
