-- Works with programs that know migration 0012.
-- An operator lets places be reserved although the books are not compared. Rows can only be added.
create table place_openings (
  number integer primary key autoincrement,
  at integer not null,
  ends_at integer not null,
  operator text not null check (length(operator) between 1 and 400),
  reason text not null check (length(reason) between 1 and 1000)
) strict;
create trigger place_openings_stay before update on place_openings
  begin select raise(abort, 'openings of places are never changed'); end;
-- `insert or replace` would remove an existing row without firing the trigger below.
create trigger place_openings_add before insert on place_openings
  when exists (select 1 from place_openings where number = new.number)
  begin select raise(abort, 'openings of places are never replaced'); end;
create trigger place_openings_remain before delete on place_openings
  begin select raise(abort, 'openings of places are never removed'); end;
