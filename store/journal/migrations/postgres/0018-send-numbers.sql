-- Works with programs that know migration 0017.

-- Each permission to send an operation draws the next number. So processes can measure by their own monotonic clocks
-- how long ago a permission was given, whatever the database's clock shows. Number 1 is drawn here: a process that
-- finds the sequence at 1 then knows that no operation has a larger number yet.
create sequence patron_graph.send_numbers;
select nextval('patron_graph.send_numbers');

alter table patron_graph.operations add column send_number bigint;

-- Both functions run with the rights of their owner, so that a role that may only use the tables needs no right to the
-- sequence.
create function patron_graph.last_send_number() returns bigint
  language sql volatile security definer set search_path = pg_catalog as
  $$ select last_value from patron_graph.send_numbers $$;
create function patron_graph.draw_send_number() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
  begin
    if new.send_by is not null then
      new.send_number := nextval('patron_graph.send_numbers');
    end if;
    return new;
  end $$;
create trigger draw_send_number before insert or update of send_by on patron_graph.operations
  for each row execute function patron_graph.draw_send_number();

-- Operations that may be on their way now are treated as if they were sent now.
update patron_graph.operations set send_number = nextval('patron_graph.send_numbers')
  where state = 'UNSETTLED' and look_at is not null and send_by is not null;
