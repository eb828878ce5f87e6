-- Works with programs that know migration 0012.
-- Makes a file grow, on the disk of the database. On a full disk, updates in place and the log still work for a while,
-- but new rows fail. A sort of a quarter of a megabyte with little memory writes a temporary file, without a trace in
-- the log or in a table. Fails with 53100 if the disk is full. Returns true.
create function patron_graph.extend_file() returns boolean language plpgsql
  set work_mem = '64kB' set temp_tablespaces = '' as $$
  begin
    perform from (
      select repeat(md5(number::text), 8) as text from generate_series(1, 1000) as number order by 1 offset 0
    ) as sorted;
    return true;
  end $$;
