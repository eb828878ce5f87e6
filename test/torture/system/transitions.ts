import type { PostgresDatabase } from '../../support/postgres.ts';
import { createMachineClock } from './database-clock.ts';
import type { SteppedTime } from './stepped-time.ts';

/**
 * Creates triggers that record when each operation was requested, reserved its place and was settled. They also record
 * its first final state. The times are of the machine's clock, because the journal's clock is put forward during a run.
 * Call this when the journal's tables exist, before the first operation.
 */
export async function recordTransitions(database: PostgresDatabase, time: SteppedTime | null): Promise<void> {
  await createMachineClock(database, time);
  await database.query(`
    create table public.moments (
      id text primary key,
      requested_at timestamptz not null,
      reserved_at timestamptz,
      settled_at timestamptz,
      held_at timestamptz,
      released_at timestamptz,
      first_state text
    );
    create function public.note_begun() returns trigger language plpgsql as $$ begin
      insert into public.moments (id, requested_at, reserved_at)
        values (new.id, public.machine_now(), case when new.send_by is not null then public.machine_now() end);
      return null;
    end $$;
    create function public.note_changed() returns trigger language plpgsql as $$ begin
      if old.send_by is distinct from new.send_by then
        update public.moments set reserved_at = public.machine_now() where id = new.id;
      end if;
      if new.is_place_held and not old.is_place_held then
        update public.moments set held_at = public.machine_now() where id = new.id;
      end if;
      if old.is_place_held and not new.is_place_held then
        update public.moments set released_at = public.machine_now() where id = new.id;
      end if;
      if old.state = 'UNSETTLED' and new.state <> 'UNSETTLED' then
        update public.moments set settled_at = public.machine_now(), first_state = new.state where id = new.id;
      end if;
      return null;
    end $$;
    create trigger note_begun after insert on patron_graph.operations
      for each row execute function public.note_begun();
    create trigger note_changed after update on patron_graph.operations
      for each row execute function public.note_changed();`);
}
