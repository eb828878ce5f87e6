-- Not logged: a crash of the server may lose it, and each caller then has a whole budget.
create unlogged table budgets (
  -- HMAC of the budget's name and the caller's key.
  key text primary key,
  whole_at timestamptz not null,
  -- The longest debt that is remembered.
  max_debt interval not null
) with (fillfactor = 70);
create index budgets_whole on budgets (whole_at);
