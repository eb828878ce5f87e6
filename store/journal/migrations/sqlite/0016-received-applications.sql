-- Works with programs that know migration 0011.
-- Applications of strangers, by the identity document that they name: three are with card management at a time, any more wait here
-- ([decision 36](docs/decisions/0036-applications-by-document.md)). The document and the application are encrypted.
create table received_applications (
  operation_id text primary key check (length(operation_id) = 22),
  -- A keyed hash.
  document text not null check (length(document) = 43),
  document_encrypted text not null,
  state text not null check (state in ('SENT', 'WAITING', 'CLOSED')),
  -- In card management.
  application_id text check (length(application_id) between 1 and 64),
  -- Null where card management has it, or the operation that sends it.
  application_encrypted text check (state <> 'WAITING' or application_encrypted is not null),
  received_at integer not null
) strict, without rowid;
create index received_applications_by_document on received_applications (document, received_at, operation_id)
  where state <> 'CLOSED';
create index received_applications_waiting on received_applications (document) where state = 'WAITING';
create index received_applications_to_send on received_applications (received_at, operation_id)
  where state = 'SENT' and application_encrypted is not null;
create index received_applications_to_forget on received_applications (received_at);
