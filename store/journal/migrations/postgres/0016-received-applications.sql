-- Works with programs that know migration 0011.
-- Applications of people who are not patrons, by the number of their identity document. At most three applications
-- for one document are with card management at a time. Further applications wait here
-- ([decision 36](docs/decisions/0036-applications-by-document.md)). The document and the application are encrypted.
create table patron_graph.received_applications (
  operation_id text primary key check (char_length(operation_id) = 22),
  -- A keyed hash.
  document text not null check (char_length(document) = 43),
  document_encrypted text not null,
  state text not null check (state in ('SENT', 'WAITING', 'CLOSED')),
  -- The application's number in card management.
  application_id text check (char_length(application_id) between 1 and 64),
  -- The application's content, while it waits and until card management has it. Null from the start if the
  -- application need not wait, because the operation that submitted the application then sends it.
  application_encrypted text check (state <> 'WAITING' or application_encrypted is not null),
  received_at timestamptz not null
);
create index received_applications_by_document on patron_graph.received_applications (document, received_at, operation_id)
  where state <> 'CLOSED';
create index received_applications_waiting on patron_graph.received_applications (document) where state = 'WAITING';
create index received_applications_to_send on patron_graph.received_applications (received_at, operation_id)
  where state = 'SENT' and application_encrypted is not null;
create index received_applications_to_forget on patron_graph.received_applications (received_at);
