import { z } from 'zod';
import { idOfChange } from '../../../subgraphs/operations/changes/cursor.ts';
import type { PostgresDatabase } from '../../support/postgres.ts';
import type { LegacyRecords } from '../system/legacy-records.ts';
import type { LiveHistory, LoggedChange } from './followed-stream.ts';

/**
 * Keeps which patron an erasure removes from a row of the log. Call this when the log's table exists, before the first
 * operation.
 */
export async function recordErasedRows(database: PostgresDatabase): Promise<void> {
  await database.query(`
    create table public.erased_log_patrons (id bigint primary key, patron text not null);
    create function public.keep_log_patron() returns trigger language plpgsql as $$ begin
      insert into public.erased_log_patrons values (old.id, old.patron);
      return null;
    end $$;
    create trigger keep_log_patron after update of patron on patron_graph.log_entries
      for each row when (old.patron is not null and new.patron is null)
      execute function public.keep_log_patron();`);
}

const state = z.object({
  epoch: z.string(),
  last_number: z.coerce.number(),
  feed_sequence: z.string().nullable(),
  began_at_sequence: z.string().nullable(),
  unnumbered: z.number(),
});

/** The state of the log. `feed_sequence` is null before the log has begun. */
export async function readLogState(database: PostgresDatabase): Promise<z.infer<typeof state>> {
  const [found] = await database.query(
    `select cast(epoch as text) as epoch, last_number, feed_sequence, began_at_sequence, (
        select count(*)::int from patron_graph.log_entries where number is null
      ) as unnumbered from patron_graph.log_state`,
  );
  return state.parse(found);
}

const row = z.object({
  number: z.coerce.number().nullable(),
  kind: z.string(),
  patron: z.string().nullable(),
  erased: z.string().nullable(),
  card: z.string().nullable(),
  branch: z.string().nullable(),
  fact: z.string().nullable(),
  subject: z.string().nullable(),
  operation_id: z.string().nullable(),
  operation_kind: z.string().nullable(),
  operation_state: z.string().nullable(),
  caller: z.string().nullable(),
  reference: z.string().nullable(),
});

/** The whole log, with the ids that clients are told. */
export async function readLog(
  database: PostgresDatabase,
  fingerprintKey: Uint8Array,
): Promise<readonly LoggedChange[]> {
  const { epoch } = await readLogState(database);
  const rows = await database.query(
    `select number, kind, entry.patron, erased.patron as erased, card, branch, fact, subject, operation_id, operation_kind,
        operation_state, caller, reference
      from patron_graph.log_entries as entry left join public.erased_log_patrons as erased using (id)
      order by number nulls last`,
  );
  return rows.map((found): LoggedChange => {
    const {
      operation_id: id,
      operation_kind,
      operation_state,
      caller,
      reference,
      ...rest
    } = row.parse(found);
    return {
      ...rest,
      id: rest.number === null ? null : idOfChange(fingerprintKey, [epoch, rest.number]),
      operation:
        id === null
          ? null
          : {
              id,
              kind: operation_kind ?? '',
              state: operation_state ?? '',
              caller: caller ?? '',
              reference: reference ?? '',
            },
    };
  });
}

const operation = z.object({ id: z.string(), state: z.string() });

/** The operations that the log tells, also those that an erasure has removed. */
export async function readToldOperations(database: PostgresDatabase): Promise<LiveHistory['operations']> {
  const rows = await database.query(
    `select id, state from patron_graph.operations where not is_part
      union all select id, state from public.erased_operations where not is_part`,
  );
  return rows.map((found) => operation.parse(found));
}

/** The kind of row that tells each event of circulation's feed. */
const kinds: Readonly<Record<string, string>> = {
  OUT: 'LOAN_BEGUN',
  IN: 'LOAN_ENDED',
  RNW: 'LOAN_RENEWED',
  HLD: 'HOLD_PLACED',
  UNH: 'HOLD_CANCELLED',
};

/** The events of circulation since the log began, besides those of cards: an operation may tell these. */
export async function toldEvents(
  database: PostgresDatabase,
  records: LegacyRecords,
): Promise<LiveHistory['events']> {
  const { epoch, began_at_sequence: began } = await readLogState(database);
  return records.events().flatMap(({ sequence, kind: event }) => {
    const kind = kinds[event];
    return kind === undefined || sequence <= BigInt(began ?? '0')
      ? []
      : { fact: `feed ${epoch} ${sequence}`, kind };
  });
}
