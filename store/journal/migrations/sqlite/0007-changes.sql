-- The fields of patrons' records that were changed, and the people who changed them. The value is never recorded. Each
-- field of an operation is recorded once. Rows can only be added. Nothing can be changed or removed, even by mistake.
create table changes (
  number integer primary key autoincrement,
  at integer not null,
  operation_id text not null check (length(operation_id) = 22),
  subject text not null check (length(subject) between 1 and 400),
  client_id text check (length(client_id) <= 400),
  role text not null check (length(role) between 1 and 16),
  patron_id text not null check (length(patron_id) between 1 and 64),
  field text not null check (length(field) between 1 and 64),
  unique (operation_id, field)
) strict;
create index changes_by_patron on changes (patron_id, number);
create trigger changes_stay before update on changes begin select raise(abort, 'changes are never changed'); end;
-- `insert or replace` would remove an existing row without firing the trigger below.
create trigger changes_add before insert on changes
  when exists (
    select 1 from changes where number = new.number or (operation_id = new.operation_id and field = new.field)
  )
  begin select raise(abort, 'changes are never replaced'); end;
create trigger changes_remain before delete on changes begin select raise(abort, 'changes are never removed'); end;
