-- Works with programs that know migration 0017.

-- Each permission to send an operation draws the next number. So processes can measure by their own monotonic clocks
-- how long ago a permission was given, whatever the journal's clock shows.
create table send_numbers (
  only_row integer primary key default 1 check (only_row = 1),
  last integer not null
) strict;
insert into send_numbers (last) values (1);

alter table operations add column send_number integer;

create trigger draw_send_number_at_first after insert on operations when new.send_by is not null begin
  update send_numbers set last = last + 1;
  update operations set send_number = (select last from send_numbers) where id = new.id;
end;
create trigger draw_send_number after update of send_by on operations when new.send_by is not null begin
  update send_numbers set last = last + 1;
  update operations set send_number = (select last from send_numbers) where id = new.id;
end;

-- Operations that may be on their way now are treated as if they were sent now.
update send_numbers set last = last + 1;
update operations set send_number = (select last from send_numbers)
  where state = 'UNSETTLED' and look_at is not null and send_by is not null;
