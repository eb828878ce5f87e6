import { z } from 'zod';
import { openDataKey } from '../../../store/encryption/data-key.ts';
import { createEncryption, type Encryption } from '../../../store/encryption/encryption.ts';
import { decryptFields, decryptJson } from '../../../store/journal/encrypted-rows.ts';
import { problemCode } from '../../../subgraphs/circulation/rules/problems.ts';
import { codesWithMessage } from '../../../subgraphs/credentials/rules/messages/codes.ts';
import { prepareAndSendMs } from '../../../subgraphs/operations/change-times.ts';
import { messagesToStaff } from '../../../subgraphs/patrons/rules/problems.ts';
import type { PostgresDatabase } from '../../support/postgres.ts';
import type { Effect, JournalEntry } from '../history.ts';

const row = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.enum(['DONE', 'REFUSED', 'UNSETTLED']),
  first_state: z.enum(['DONE', 'REFUSED']).nullable(),
  requested_at: z.date(),
  reserved_at: z.date().nullable(),
  settled_at: z.date().nullable(),
  held_at: z.date().nullable(),
  released_at: z.date().nullable(),
  /**
   * This time comes from the journal's clock, which jumps. Only its difference to other timestamps of the same
   * statement is used.
   */
  send_by: z.date().nullable(),
  certain_at: z.date().nullable(),
  certain_after_ms: z.number().nullable(),
  result: z.json(),
  place_kind: z.enum(['LOAN', 'HOLD']).nullable(),
  sealed: z.string(),
  erased_at: z.date().nullable(),
});
const standingCode = z.enum(Object.keys(messagesToStaff) as (keyof typeof messagesToStaff)[]);
const cardCode = z.enum([...codesWithMessage, 'INVALID', 'WRONG_STATE']);
const problems = z
  .tuple([z.object({ code: z.union([problemCode, standingCode, cardCode]) })])
  .rest(z.unknown());
const result = z
  .object({ problems: problems.optional(), patronId: z.string().optional(), loanId: z.string().optional() })
  .nullable();

const storedKeys = z.object({
  proof: z.string(),
  data_key_sealed_by: z.string(),
  data_key_sealed: z.string(),
});

/**
 * Every operation in the journal, even if no client got an answer about it, and those that an erasure has removed. Reads and
 * decrypts the tables directly.
 */
export async function readJournal(database: PostgresDatabase, secret: string): Promise<JournalEntry[]> {
  const columns = `id, kind, state, first_state, moments.requested_at, reserved_at, moments.settled_at, held_at,
    released_at, send_by, certain_at, certain_after_ms, result, place_kind, sealed`;
  const rows = await database.query(
    `select ${columns}, null::timestamptz as erased_at from patron_graph.operations join public.moments using (id)
     union all select ${columns}, erased_at from public.erased_operations join public.moments using (id)
     order by requested_at`,
  );
  const encryption = await openEncryption(database, secret);
  return rows.map((one) => entryOf(encryption, row.parse(one)));
}

/** The encryption of the journal's rows. Those of the audit also need the key of their patron. */
export const openEncryption = async (database: PostgresDatabase, secret: string): Promise<Encryption> =>
  createEncryption(await readDataKey(database, secret));

/** The key with which everything in the database is encrypted and digested. */
export async function readDataKey(database: PostgresDatabase, secret: string): Promise<Uint8Array> {
  const [keys] = await database.query('select * from patron_graph.secrets');
  return openDataKey([new TextEncoder().encode(secret)], storedKeys.parse(keys));
}

/**
 * The number of operations that are unsettled, or refused and still hold their place. Each renewal of `renewLoans` is an
 * operation of its own.
 */
export async function countUnsettled(database: PostgresDatabase): Promise<number> {
  const [counted] = await database.query(
    "select count(*)::int as unsettled from patron_graph.operations where state = 'UNSETTLED' or is_place_held",
  );
  return z.object({ unsettled: z.number() }).parse(counted).unsettled;
}

/**
 * Cancels later checks of settled operations that would find nothing, because each check costs a call. Keeps the checks
 * of operations with two effects, and of refused operations with an effect.
 */
export async function keepUsefulChecks(
  database: PostgresDatabase,
  effects: readonly Effect[],
): Promise<void> {
  const counts = new Map<string, number>();
  for (const { reference, event } of effects) {
    const key = `${reference} ${event}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const doneTwice = [...counts].flatMap(([key, count]) => (count > 1 ? [key.split(' ')[0] ?? ''] : []));
  const withEffect = [...new Set(effects.map(({ reference }) => reference))];
  await database.query(
    `update patron_graph.operations set look_at = null
      where look_at is not null and state <> 'UNSETTLED' and not is_place_held
        and not (id = any('{${doneTwice.join(',')}}') or (state = 'REFUSED' and id = any('{${withEffect.join(',')}}')))`,
  );
}

/**
 * The time until the last scheduled check is due, in ms; 0 if none is scheduled. It may be an hour, because the clock may
 * have been put back since the check was scheduled.
 */
export async function lastCheckInMs(database: PostgresDatabase): Promise<number> {
  const [found] = await database.query(
    `select coalesce(extract(epoch from max(look_at) - patron_graph.journal_now()) * 1000, 0)::float8 as ms
      from patron_graph.operations`,
  );
  return z.object({ ms: z.number() }).parse(found).ms;
}

/** The number of operations with a scheduled check. */
export async function countScheduledChecks(database: PostgresDatabase): Promise<number> {
  const [counted] = await database.query(
    'select count(*)::int as scheduled from patron_graph.operations where look_at is not null',
  );
  return z.object({ scheduled: z.number() }).parse(counted).scheduled;
}

/**
 * The sequence number up to which circulation's events were read and their loans counted; `'0'` if no event was read.
 */
export async function readCountedSequence(database: PostgresDatabase): Promise<string> {
  const [books] = await database.query('select counted_sequence from patron_graph.books');
  return z.object({ counted_sequence: z.string() }).parse(books).counted_sequence;
}

function entryOf(encryption: Encryption, found: z.infer<typeof row>): JournalEntry {
  const { id, kind, state, place_kind } = found;
  const { caller, reference, place } = decryptFields(encryption, found.sealed);
  const parsed = result.parse(decryptJson(encryption, found.result));
  const { reserved_at: reservedAt, send_by, certain_at, certain_after_ms: certainAfterMs } = found;
  const certainMs = send_by === null || certain_at === null ? null : certain_at.getTime() - send_by.getTime();
  const sendWithinMs =
    certainMs === null || certainAfterMs === null ? prepareAndSendMs : certainAfterMs - certainMs;
  const sendBy = reservedAt === null ? null : reservedAt.getTime() + sendWithinMs;
  return {
    id,
    caller,
    reference,
    kind,
    state,
    sendBy,
    firstState: found.first_state ?? 'UNSETTLED',
    settlingMs: certainMs,
    problem: parsed?.problems?.[0].code ?? null,
    requestedAt: found.requested_at.getTime(),
    settledAt: found.settled_at?.getTime() ?? null,
    placeFreeAt: (found.held_at === null ? found.settled_at : found.released_at)?.getTime() ?? null,
    patronId: place?.patronId ?? parsed?.patronId ?? null,
    loanId: parsed?.loanId ?? null,
    erasedAt: found.erased_at?.getTime() ?? null,
    place:
      place_kind === null || place === null || reservedAt === null
        ? null
        : { kind: place_kind, subject: place.subject, reservedAt: reservedAt.getTime() },
  };
}
