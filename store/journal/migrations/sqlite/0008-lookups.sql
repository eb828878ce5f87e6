-- Staff find an operation by the short code that a reader reads out, by the reference, and by the patron.
--
-- `code` is computed like `operationCode` in operation-id.ts. Each of the id's first eight letters is replaced by its
-- position in the alphabet, modulo 32.
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
-- The patron of the operation, as a digest and as the encrypted number. Unlike `patron_id`, these columns are also set
-- without a place. For existing rows, the digest is copied below from `patron_id`, and the number is only in `sealed`.
alter table operations add column about_patron text check (length(about_patron) between 1 and 64);
alter table operations add column about_patron_encrypted text check (
  about_patron_encrypted is null or (about_patron is not null and length(about_patron_encrypted) between 1 and 512)
);
-- Whether the change is a part of another operation, and not a caller's own request.
alter table operations add column is_part integer not null default 0 check (is_part in (0, 1));

update operations set about_patron = patron_id where patron_id is not null;
-- CHECK_OUT and RENEW_LOAN can also be parts of other operations. Without the secret, nobody can find out which of the
-- existing ones are parts. So all of them stay whole operations until they are removed, 30 days after they were
-- settled.
update operations set is_part = 1
  where kind in ('REGISTER_CARD', 'BLOCK_CARD', 'UNBLOCK_CARD', 'MOVE_HOLD', 'MOVE_HOLDS');

create index operations_by_code on operations (code) where is_part = 0;
create index operations_by_reference on operations (reference, requested_at, id) where is_part = 0;
create index operations_by_about_patron on operations (about_patron, requested_at, id)
  where about_patron is not null and is_part = 0;
