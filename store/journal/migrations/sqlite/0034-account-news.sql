-- Works with programs that know migration 0023.
-- Changes in accounts are recorded in the log of changes (decision 65), and readers get notices of them (decision
-- 28).
-- Whether the end of the payment system's list has been reached since the list was begun. Only changes after the end are
-- news.
alter table owing_follower add column is_at_end integer not null default 0 check (is_at_end in (0, 1));

-- News that notices must still be made of. A row is removed when its notice is made.
create table account_news (
  id integer primary key,
  kind text not null check (length(kind) between 1 and 64),
  -- A keyed digest of the patron's number.
  patron text not null check (length(patron) = 43),
  patron_encrypted text not null,
  -- The subject of the news: the day of charges, or a payment.
  subject text not null check (length(subject) between 1 and 64),
  found_at integer not null,
  unique (patron, kind, subject)
) strict;
create index account_news_to_forget on account_news (found_at);
