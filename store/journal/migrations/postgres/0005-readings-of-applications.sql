-- The application from which the number was read. The applicant may be a patron, or somebody who is not a patron yet.
alter table patron_graph.readings
  add column application_id text check (char_length(application_id) between 1 and 64);
create index readings_by_application on patron_graph.readings (application_id, number)
  where application_id is not null;
