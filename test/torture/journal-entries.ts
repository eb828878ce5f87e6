import { z } from 'zod';
import { problemCode } from '../../subgraphs/circulation/problems.ts';
import { changeTimes } from '../../subgraphs/circulation-change.ts';
import type { PostgresDatabase } from '../support/postgres.ts';
import type { JournalEntry } from './history.ts';

const row = z.object({
  id: z.string(),
  caller: z.string(),
  reference: z.string(),
  kind: z.string(),
  state: z.enum(['DONE', 'REFUSED', 'UNSETTLED']),
  requested_at: z.date(),
  settled_at: z.date().nullable(),
  send_by: z.date().nullable(),
  result: z.object({ problem: problemCode.optional(), patronId: z.string().optional() }).nullable(),
  patron_id: z.string().nullable(),
  place_kind: z.enum(['LOAN', 'HOLD']).nullable(),
  subject: z.string().nullable(),
});

/** All that stands in the journal, also what no client ever heard of: read past every interface. */
export async function readEntries(database: PostgresDatabase): Promise<JournalEntry[]> {
  const rows = await database.query(
    `select id, caller, reference, kind, state, requested_at, settled_at, send_by, result, patron_id,
       place_kind, subject
     from patron_graph.operations order by requested_at`,
  );
  return rows.map((one) => entryOf(row.parse(one)));
}

/** How many operations are not settled, of clients' and the parts of them. */
export async function countUnsettled(database: PostgresDatabase): Promise<number> {
  const [counted] = await database.query(
    "select count(*)::int as unsettled from patron_graph.operations where state = 'UNSETTLED'",
  );
  return z.object({ unsettled: z.number() }).parse(counted).unsettled;
}

function entryOf(found: z.infer<typeof row>): JournalEntry {
  const { id, caller, reference, kind, state, result, place_kind, subject } = found;
  const sendBy = found.send_by?.getTime() ?? null;
  return {
    ...{ id, caller, reference, kind, state, sendBy },
    problem: result?.problem ?? null,
    requestedAt: found.requested_at.getTime(),
    settledAt: found.settled_at?.getTime() ?? null,
    patronId: found.patron_id ?? result?.patronId ?? null,
    place:
      place_kind === null || subject === null || sendBy === null
        ? null
        : { kind: place_kind, subject, reservedAt: sendBy - changeTimes.sendWithinMs },
  };
}
