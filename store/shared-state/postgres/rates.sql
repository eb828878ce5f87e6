-- The table is not logged, so a crash of the server may lose it. Each caller has a full budget then.
create unlogged table budgets (
  -- An HMAC of the budget's name and the caller's key.
  key text primary key,
  whole_at timestamptz not null,
  -- The longest debt that is remembered.
  max_debt interval not null
) with (fillfactor = 70);
create index budgets_whole on budgets (whole_at);
