-- By what staff find an operation: the short code that a reader reads out, the reference, and the patron.
--
-- `operationCode` in operation-id.ts is the same: each of the id's first eight letters, by its place in the alphabet modulo 32.
alter table operations add column code text generated always as (
    substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJKMNPQRSTVWX',
      instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', substr(id, 1, 1)), 1)
    || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJKMNPQRSTVWX',
      instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', substr(id, 2, 1)), 1)
    || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJKMNPQRSTVWX',
      instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', substr(id, 3, 1)), 1)
    || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJKMNPQRSTVWX',
      instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', substr(id, 4, 1)), 1)
    || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJKMNPQRSTVWX',
      instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', substr(id, 5, 1)), 1)
    || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJKMNPQRSTVWX',
      instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', substr(id, 6, 1)), 1)
    || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJKMNPQRSTVWX',
      instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', substr(id, 7, 1)), 1)
    || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJKMNPQRSTVWX',
      instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', substr(id, 8, 1)), 1)
) virtual;
-- Whose operation it is: a digest, as `patron_id` is, which is there only with a place; and the number, encrypted. It is
-- encrypted in `sealed` alone where it was taken from the place below.
alter table operations add column about_patron text check (length(about_patron) between 1 and 64);
alter table operations add column about_patron_encrypted text check (
  about_patron_encrypted is null or (about_patron is not null and length(about_patron_encrypted) between 1 and 512)
);
-- A change within another operation: no caller has asked for it by itself.
alter table operations add column is_part integer not null default 0 check (is_part in (0, 1));

update operations set about_patron = patron_id where patron_id is not null;
-- CHECK_OUT and RENEW_LOAN are parts, too, within other kinds. Which of them are can't be told without the secret: those of before
-- stand as whole until they are removed, 30 days after they were settled.
update operations set is_part = 1
  where kind in ('REGISTER_CARD', 'BLOCK_CARD', 'UNBLOCK_CARD', 'MOVE_HOLD', 'MOVE_HOLDS');

create index operations_by_code on operations (code) where is_part = 0;
create index operations_by_reference on operations (reference, requested_at, id) where is_part = 0;
create index operations_by_about_patron on operations (about_patron, requested_at, id)
  where about_patron is not null and is_part = 0;
