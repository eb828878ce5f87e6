create table coordinates (
  day text not null,
  client text not null,
  version text not null,
  coordinate text not null,
  requests integer not null,
  primary key (day, client, version, coordinate)
) strict, without rowid;

create table operations (
  client text not null,
  version text not null,
  hash text not null,
  name text,
  text text not null,
  requests integer not null,
  last_day text not null,
  primary key (client, version, hash)
) strict;
create index operations_last_day on operations (last_day);
