-- An attempt ends with the window in which it was counted. All attempts with one value of `about` can be forgiven at
-- once, under every key. The default is for processes of an older program. The windows of such a program are at most
-- 15 minutes long.
alter table patron_graph.attempts
  add column about text check (char_length(about) between 1 and 400),
  add column ends_at timestamptz not null default patron_graph.journal_now() + interval '15 minutes';
drop index patron_graph.attempts_by_key;
drop index patron_graph.attempts_to_forget;
create index attempts_by_key on patron_graph.attempts (key, ends_at);
create index attempts_by_about on patron_graph.attempts (about) where about is not null;
create index attempts_to_forget on patron_graph.attempts (ends_at);
