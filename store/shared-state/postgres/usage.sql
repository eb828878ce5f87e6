create table coordinates (
  -- In UTC, as in 2026-11-30.
  day text not null,
  client text not null,
  version text not null,
  coordinate text not null,
  requests bigint not null,
  primary key (day, client, version, coordinate)
);
create table operations (
  client text not null,
  version text not null,
  hash text not null,
  name text,
  text text not null,
  requests bigint not null,
  last_day text not null,
  primary key (client, version, hash)
);
create index operations_last_day on operations (last_day);
