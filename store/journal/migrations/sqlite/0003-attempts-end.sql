-- An attempt ends with the window in which it was counted. All attempts with one value of `about` can be forgiven at
-- once, under every key.
alter table attempts add column about text check (length(about) between 1 and 400);
alter table attempts add column ends_at integer not null default 0;
-- No window was longer than 15 minutes.
update attempts set ends_at = at + 900000;
drop index attempts_by_key;
drop index attempts_to_forget;
create index attempts_by_key on attempts (key, ends_at);
create index attempts_by_about on attempts (about) where about is not null;
create index attempts_to_forget on attempts (ends_at);
