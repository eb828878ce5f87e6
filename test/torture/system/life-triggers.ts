import type { PostgresDatabase } from '../../support/postgres.ts';

/**
 * Creates triggers that keep what an erasure removes: operations, findings, and the keys of patrons. Without them, the
 * checker would miss operations that circulation has seen, and could not tell which rows a removed key had encrypted.
 * They also record when records were merged, and when the merged record was closed. Call this when the journal's tables
 * and `machine_now()` exist, before the first operation.
 */
export async function recordLives(database: PostgresDatabase): Promise<void> {
  await database.query(`
    create table public.erased_operations (like patron_graph.operations);
    alter table public.erased_operations add column erased_at timestamptz;
    create function public.keep_operation() returns trigger language plpgsql as $$ begin
      insert into public.erased_operations select old.*, public.machine_now();
      return null;
    end $$;
    create trigger keep_operation after delete on patron_graph.operations
      for each row execute function public.keep_operation();

    create table public.erased_findings (like patron_graph.findings);
    create function public.keep_finding() returns trigger language plpgsql as $$ begin
      insert into public.erased_findings select old.*;
      return null;
    end $$;
    create trigger keep_finding after delete on patron_graph.findings
      for each row execute function public.keep_finding();

    create table public.removed_keys (like patron_graph.patron_keys);
    create function public.keep_key() returns trigger language plpgsql as $$ begin
      insert into public.removed_keys select old.*;
      return null;
    end $$;
    create trigger keep_key after delete on patron_graph.patron_keys
      for each row execute function public.keep_key();

    create table public.merge_moments (patron_id text primary key, merged_at timestamptz, closed_at timestamptz);
    create function public.note_merged() returns trigger language plpgsql as $$ begin
      insert into public.merge_moments values (new.patron_id, public.machine_now(), null);
      return null;
    end $$;
    create function public.note_closed() returns trigger language plpgsql as $$ begin
      update public.merge_moments set closed_at = public.machine_now()
        where patron_id = new.patron_id and closed_at is null;
      return null;
    end $$;
    create trigger note_merged after insert on patron_graph.merged_patrons
      for each row execute function public.note_merged();
    create trigger note_closed after update on patron_graph.merged_patrons
      for each row when (new.closed_at is not null) execute function public.note_closed();`);
}
