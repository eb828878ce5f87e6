-- Works with programs that know migration 0023.
-- Changes in accounts are recorded in the log of changes (decision 65), and readers get notices of them (decision
-- 28).
-- Whether the end of the payment system's list has been reached since the list was begun. Only changes after the end are
-- news.
alter table patron_graph.owing_follower add column is_at_end boolean not null default false;

-- News that notices must still be made of. A row is removed when its notice is made.
create table patron_graph.account_news (
  id bigint generated always as identity primary key,
  kind text not null check (char_length(kind) between 1 and 64),
  -- A keyed digest of the patron's number.
  patron text not null check (char_length(patron) = 43),
  patron_encrypted text not null,
  -- The subject of the news: the day of charges, or a payment.
  subject text not null check (char_length(subject) between 1 and 64),
  found_at timestamptz not null,
  unique (patron, kind, subject)
);
create index account_news_to_forget on patron_graph.account_news (found_at);
