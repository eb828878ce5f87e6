-- Works with programs that know migration 0023.
-- Each opening of a patron's record or loans is audited. An older program leaves these columns null.
-- `role` is the role of the reader of the data.
alter table readings add column role text check (role in ('PATRON', 'STAFF', 'STATION'));
-- The reason why staff read the data, as a code. Null if the library doesn't ask for a reason.
alter table readings add column reason text check (length(reason) between 1 and 32);
-- A keyed digest of the member of staff who read data of a patron. Null for everybody else.
alter table readings add column colleague text check (length(colleague) = 43);
-- With this index, the patrons of each colleague in the last hour are counted without reading the table.
create index readings_by_colleague on readings (at, colleague, patron_id) where colleague is not null;
