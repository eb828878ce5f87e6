-- Works with programs that know migration 0023.
-- The index of patrons who owe something (decision 69). The index is made from the payment system's data, and can be
-- made again.
-- One row: the process that follows the payment system's list of changes, and what it has read.
create table owing_follower (
  only_row integer primary key default 1 check (only_row = 1),
  holder text check (length(holder) between 1 and 64),
  leased_until integer check ((leased_until is null) = (holder is null)),
  lease_number integer not null default 0,
  -- The last change that was read, with the payment system's time of it. Null before the first.
  sequence text check (length(sequence) between 1 and 19),
  sequence_at integer check ((sequence_at is null) = (sequence is null)),
  -- The payment system's time of the oldest change that was read.
  oldest_at integer,
  -- The time up to which the index has everything. Null until the end of the list was reached once.
  applied_at integer
) strict;
insert into owing_follower default values;

-- A patron who owes something, or whose account must be read. The sums are in clear, because lists are in their order.
create table owing (
  -- A keyed digest of the patron's number.
  patron text primary key check (length(patron) = 43),
  patron_encrypted text not null,
  -- The outstanding sum, in cents. `cents`, `charges` and `since` are null until the account has been read.
  cents integer check (cents > 0),
  charges integer check ((charges is null) = (cents is null)),
  -- When the oldest charge with something outstanding was raised.
  since integer check ((since is null) = (cents is null)),
  -- Whether the account must be read again.
  is_marked integer not null check (is_marked in (0, 1))
) strict, without rowid;
create index owing_by_sum on owing (cents, patron) where cents is not null;
create index owing_by_age on owing (since, patron) where cents is not null;
create index owing_to_read on owing (patron) where is_marked;
