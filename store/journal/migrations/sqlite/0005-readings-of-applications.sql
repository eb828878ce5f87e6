-- The application from which the number was read. The applicant may be a patron, or somebody who is not a patron yet.
alter table readings add column application_id text check (length(application_id) between 1 and 64);
create index readings_by_application on readings (application_id, number) where application_id is not null;
