-- Works with programs that know migration 0023.
-- Each opening of a patron's record or loans is audited. An older program leaves these columns null.
alter table patron_graph.readings
  -- The role of the reader of the data.
  add column role text check (role in ('PATRON', 'STAFF', 'STATION')),
  -- The reason why staff read the data, as a code. Null if the library doesn't ask for a reason.
  add column reason text check (char_length(reason) between 1 and 32),
  -- A keyed digest of the member of staff who read data of a patron. Null for everybody else.
  add column colleague text check (char_length(colleague) = 43);
-- With this index, the patrons of each colleague in the last hour are counted without reading the table.
create index readings_by_colleague on patron_graph.readings (at, colleague, patron_id) where colleague is not null;
