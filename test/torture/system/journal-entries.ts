import { z } from 'zod';
import { decryptFields, decryptJson } from '../../../adapters/journal/encryption/encrypted-rows.ts';
import { createEncryption, type Encryption } from '../../../adapters/journal/encryption/encryption.ts';
import { problemCode } from '../../../subgraphs/circulation/rules/problems.ts';
import { prepareAndSendMs } from '../../../subgraphs/operations/change-times.ts';
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
  /** By the journal's own clock, which jumps: only its distance to others of the same statement counts. */
  send_by: z.date().nullable(),
  certain_at: z.date().nullable(),
  certain_after_ms: z.number().nullable(),
  result: z.json(),
  place_kind: z.enum(['LOAN', 'HOLD']).nullable(),
  sealed: z.string(),
});
const result = z.object({ problem: problemCode.optional(), patronId: z.string().optional() }).nullable();

/** All that stands in the journal, also what no client ever heard of: read past every interface, but for the seal. */
export async function readEntries(database: PostgresDatabase, secret: string): Promise<JournalEntry[]> {
  const rows = await database.query(
    `select id, kind, state, first_state, moments.requested_at, reserved_at, moments.settled_at,
       send_by, certain_at, certain_after_ms, result, place_kind, sealed
     from patron_graph.operations join public.moments using (id) order by moments.requested_at`,
  );
  const encryption = createEncryption(new TextEncoder().encode(secret));
  return rows.map((one) => entryOf(encryption, row.parse(one)));
}

/** How many operations are not settled, of clients' and the parts of them. */
export async function countUnsettled(database: PostgresDatabase): Promise<number> {
  const [counted] = await database.query(
    "select count(*)::int as unsettled from patron_graph.operations where state = 'UNSETTLED'",
  );
  return z.object({ unsettled: z.number() }).parse(counted).unsettled;
}

/**
 * What was settled is looked at no more but where there is something to find: an event of what was refused, or a second one.
 * All others would cost a call each, and find nothing.
 */
export async function keepLooks(database: PostgresDatabase, effects: readonly Effect[]): Promise<void> {
  const counts = new Map<string, number>();
  for (const { reference, event } of effects) {
    const key = `${reference} ${event}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const again = [...counts].flatMap(([key, count]) => (count > 1 ? [key.split(' ')[0] ?? ''] : []));
  const done = [...new Set(effects.map(({ reference }) => reference))];
  await database.query(
    `update patron_graph.operations set look_at = null
      where look_at is not null and state <> 'UNSETTLED'
        and not (id = any('{${again.join(',')}}') or (state = 'REFUSED' and id = any('{${done.join(',')}}')))`,
  );
}

/** How many operations are still to be looked at. */
export async function countLooks(database: PostgresDatabase): Promise<number> {
  const [counted] = await database.query(
    'select count(*)::int as reconcilers from patron_graph.operations where look_at is not null',
  );
  return z.object({ reconcilers: z.number() }).parse(counted).reconcilers;
}

function entryOf(encryption: Encryption, found: z.infer<typeof row>): JournalEntry {
  const { id, kind, state, place_kind } = found;
  const { caller, reference, place } = decryptFields(encryption, found.sealed);
  const told = result.parse(decryptJson(encryption, found.result));
  const { reserved_at: reservedAt, send_by, certain_at, certain_after_ms: certainAfterMs } = found;
  const certainMs = send_by === null || certain_at === null ? null : certain_at.getTime() - send_by.getTime();
  const sendWithinMs =
    certainMs === null || certainAfterMs === null ? prepareAndSendMs : certainAfterMs - certainMs;
  const sendBy = reservedAt === null ? null : reservedAt.getTime() + sendWithinMs;
  return {
    ...{ id, caller, reference, kind, state, sendBy },
    firstState: found.first_state ?? 'UNSETTLED',
    settlingMs: certainMs,
    problem: told?.problem ?? null,
    requestedAt: found.requested_at.getTime(),
    settledAt: found.settled_at?.getTime() ?? null,
    patronId: place?.patronId ?? told?.patronId ?? null,
    place:
      place_kind === null || place === null || reservedAt === null
        ? null
        : { kind: place_kind, subject: place.subject, reservedAt: reservedAt.getTime() },
  };
}
