-- Staff find an operation by the short code that a reader reads out, by the reference, and by the patron.
alter table patron_graph.operations
  -- The code is computed like `operationCode` in operation-id.ts. Each of the id's first eight letters is replaced by
  -- its position in the alphabet, modulo 32.
  add column code text generated always as (translate(
    substr(id, 1, 8),
    '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    '0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJKMNPQRSTVWX'
  )) stored,
  -- The patron of the operation, as a digest and as the encrypted number. Unlike `patron_id`, these columns are also
  -- set without a place. For existing rows, the digest is copied below from `patron_id`, and the number is only in
  -- `sealed`.
  add column about_patron text check (char_length(about_patron) between 1 and 64),
  add column about_patron_encrypted text check (char_length(about_patron_encrypted) between 1 and 512),
  add constraint operations_encrypted_about_check check (about_patron is not null or about_patron_encrypted is null),
  -- Whether the change is a part of another operation, and not a caller's own request.
  add column is_part boolean not null default false;

update patron_graph.operations set about_patron = patron_id where patron_id is not null;
-- CHECK_OUT and RENEW_LOAN can also be parts of other operations. Without the secret, nobody can find out which of the
-- existing ones are parts. So all of them stay whole operations until they are removed, 30 days after they were
-- settled.
update patron_graph.operations set is_part = true
  where kind in ('REGISTER_CARD', 'BLOCK_CARD', 'UNBLOCK_CARD', 'MOVE_HOLD', 'MOVE_HOLDS');

create index operations_by_code on patron_graph.operations (code) where not is_part;
create index operations_by_reference on patron_graph.operations (reference, requested_at, id) where not is_part;
create index operations_by_about_patron on patron_graph.operations (about_patron, requested_at, id)
  where about_patron is not null and not is_part;
