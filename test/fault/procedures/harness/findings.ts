import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { KeptCardEvents } from '../../../../subgraphs/circulation/books/card-events.ts';
import { judgePatrons } from '../../../../subgraphs/circulation/books/judge-patrons.ts';
import type { PatronBooksServices } from '../../../../subgraphs/circulation/books/services.ts';
import { effectsOf, readPage } from '../../../../subgraphs/circulation/feed/feed-page.ts';
import { eventOfKind } from '../../../../subgraphs/circulation/procedures/recovery.ts';
import { compare, recordFindings } from '../../../../subgraphs/operations/books/compare.ts';
import { secret } from '../../../support/journal-secret.ts';
import { anyPatron, openPorts } from '../../../support/ports.ts';
import type { Fixture } from './fixture.ts';
import { patientTimes } from './times.ts';

const never = new AbortController().signal;
/** The books say nothing about a patron of whom an operation has just ended. So the books are read some minutes later. */
const laterMs = 300_000;
const hourMs = 3_600_000;

/**
 * What `npm run books` lists about all operations and all patrons of the fixture, sorted. A line has the kind, the patron
 * and the card of a finding: `CARD_BLOCKED P0000013 21852000000199`.
 */
export async function findingsOf({ legacy, path, times, log }: Fixture): Promise<readonly string[]> {
  // A request whose answer should be lost may not have been sent. It must not disturb the reading of the books.
  for (const system of [legacy.prs, legacy.cms, legacy.circ]) {
    system.faults.set([]);
  }
  await using resources = new AsyncDisposableStack();
  const clock = () => new Date(Date.now() + laterMs);
  const journal = resources.use(await openSqliteJournal({ secret, path, clock }));
  const ports = resources.use(await openPorts(legacy, { deadlineMs: patientTimes.callMs }));
  const monotonic = () => performance.now();
  const stores = { journal, books: journal, findings: journal, cardEvents: journal, suspects: journal };
  const services = { ...ports, ...stores, times, monotonic, observer: {}, log };
  await compareOperations(services);
  await new KeptCardEvents(journal, journal, ports.circulation).readNext(never);
  const { patrons } = await ports.patrons.search(anyPatron, { first: 99, after: null }, never);
  const numbers = patrons.map(({ number }) => number);
  const { last } = await journal.bookNumbers();
  const busy = await judgePatrons(services, numbers, last, never);
  const found = await journal.findings({ states: null, kinds: null }, 'OLDEST_FOUND_FIRST', null, 101);
  return [
    ...found.map(({ kind, id, patronId, evidence }) =>
      patronId === null ? `${kind} ${id}` : `${kind} ${patronId} ${evidence?.libraryCardNumber}`,
    ),
    ...[...busy].map((patronId) => `not judged yet: ${patronId}`),
  ].sort();
}

/** Compares all operations with all events, in both directions. */
async function compareOperations(services: PatronBooksServices): Promise<void> {
  const { books, circulation } = services;
  const followed = await books.followFeed('findings', laterMs);
  const { events } = await readPage(circulation, '0', never);
  const [oldest] = events;
  if (followed === null || oldest === undefined) {
    throw new Error('another process follows the feed, or it has no events');
  }
  const effects = effectsOf(events);
  const position = { ...followed.position, oldestAt: new Date(oldest.at) };
  await books.saveFeedPage(followed.lease, position, effects);
  const operationIds = new Set(effects.map(({ operationId }) => operationId));
  const accounts = operationIds.size === 0 ? [] : await books.accountsOf([...operationIds]);
  await compare(services, accounts, followed.since, 0);
  const notDone = await books.withoutEvent(eventOfKind, hourMs, 0, 500);
  const found = notDone.map(({ operationId, settledAt: at }) => ({
    operationId,
    discrepancy: 'NOT_DONE' as const,
    sequence: null,
    at,
  }));
  await recordFindings(services, found);
  await books.leaveFeed('findings');
}
