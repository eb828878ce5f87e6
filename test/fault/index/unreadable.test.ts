/**
 * Damages one record of each kind, so that the adapter rejects it. The damaged records must keep no other record out of
 * the index. Once they are repaired and the index's clock is put forward by an hour, they must be in the index:
 * rejected records wait for an hour.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dayOf, stampOf } from '../../../simulators/hong-kong-time.ts';
import { startSimulators } from '../../../simulators/index.ts';
import { generateLibrary } from '../../../simulators/library/generate.ts';
import { createStore, type Store } from '../../../simulators/tables/store.ts';
import type { IndexDatabase } from '../../../store/index/port.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { startFeedFollower } from '../../../subgraphs/circulation/feed/follower.ts';
import { startIndexBuilder } from '../../../subgraphs/circulation/index/builder.ts';
import { changeTimes } from '../../../subgraphs/operations/change-times.ts';
import { pause } from '../../../subgraphs/runtime/pause.ts';
import { temporaryIndex } from '../../support/index/temporary-index.ts';
import { secret } from '../../support/journal-secret.ts';
import { openPorts } from '../../support/ports.ts';
import { seed } from '../../support/random.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { type Books, booksOfCirculation, booksOfIndex, differences } from './whole-index.ts';

const patience = { timeout: 60_000, interval: 300 };

function the<Row>(rows: Iterable<Row>, which: (row: Row) => boolean, what: string): Row {
  const row = [...rows].find(which);
  if (row === undefined) {
    throw new Error(`the library has no ${what}`);
  }
  return row;
}

interface Damage {
  /** The cards whose loans and holds the index lacks until the repair. */
  readonly cards: ReadonlySet<string>;
  /** The applications and loss reports that the index lacks until the repair. */
  readonly ids: ReadonlySet<string>;
  /** Adds an event of the damaged item to the feed, so that the item is read. */
  lend(): void;
  repair(): void;
}

/** Damages one record of each kind, so that it can't be decoded. */
function damage({ prs, cms, circ }: Store): Damage {
  const taken = new Set<string>();
  /** Whether no damaged record belongs to the card's patron yet. Remembers the patron. */
  const ofAnother = (cardNo: string): boolean => {
    const patronNo = cms.cards.get(cardNo)?.patronNo ?? '';
    return patronNo !== '' && !taken.has(patronNo) && taken.add(patronNo).has(patronNo);
  };
  const loan = the(circ.loans.values(), ({ cardNo }) => ofAnother(cardNo), 'loan');
  const queued = the(circ.holds.values(), ({ cardNo, state }) => state === 'Q' && ofAnother(cardNo), 'hold');
  const lent = the(circ.loans.values(), ({ cardNo }) => ofAnother(cardNo), 'second loan');
  const card = the(cms.cards.values(), ({ cardNo }) => cardNo === lent.cardNo, 'card');
  const patron = the(prs.patrons.values(), ({ patronNo }) => !taken.has(patronNo), 'patron');
  const [first, , third] = cms.applications.values();
  const [, report] = cms.lossReports.values();
  const item = the(circ.items.values(), ({ state }) => state === 'A', 'item');
  if (first === undefined || third === undefined || report === undefined) {
    throw new Error('the library has too few applications and loss reports');
  }
  const withoutZone = (instant: string) => instant.slice(0, 19);
  circ.loans.put({ ...loan, dueOn: '20260230' });
  circ.holds.put({ ...queued, placedAt: '20261399120000' });
  cms.cards.put({ ...card, issuedOn: '2020-00-00' });
  prs.patrons.put({ ...patron, dob: '1945-00-00' });
  cms.applications.put({ ...first, submittedAt: withoutZone(first.submittedAt) });
  cms.applications.put({ ...third, applicant: { ...third.applicant, dateOfBirth: '1945-00-00' } });
  cms.lossReports.put({ ...report, reportedAt: withoutZone(report.reportedAt) });
  // XML can't contain this character, so the whole answer is invalid.
  circ.items.put({ ...item, callNo: '\u0001' });
  const cardsOfPatron = cms.cards.by('patronNo', card.patronNo).map(({ cardNo }) => cardNo);
  return {
    cards: new Set([loan.cardNo, queued.cardNo, ...cardsOfPatron]),
    ids: new Set([first.applicationNo, third.applicationNo, report.reportNo]),
    lend() {
      circ.events.push({
        seq: Math.max(0, ...circ.events.map(({ seq }) => seq)) + 1,
        at: stampOf(new Date()),
        kind: 'OUT',
        cardNo: loan.cardNo,
        itemNo: item.itemNo,
        loanNo: loan.loanNo,
        ref: '',
      });
    },
    repair() {
      circ.loans.put(loan);
      circ.holds.put(queued);
      cms.cards.put(card);
      cms.applications.put(first);
      cms.applications.put(third);
      cms.lossReports.put(report);
      circ.items.put(item);
    },
  };
}

interface Line {
  readonly details: Readonly<Record<string, unknown>>;
  readonly message: string;
}

test(`one record of each kind that cannot be decoded keeps no other out (SEED=${seed})`, async () => {
  await using resources = new AsyncDisposableStack();
  const store = createStore(generateLibrary({ patrons: 120, randomSeed: seed }));
  const { cards, ids, lend, repair } = damage(store);
  const { prs, cms, circ } = resources.use(await startSimulators({ store }));
  const ports = resources.use(await openPorts({ prs, cms, circ }, { breakerThreshold: 1_000_000 }));
  const folder = resources.use(await openTemporaryFolder());
  const journal = resources.use(
    await openSqliteJournal({ secret, path: join(folder.path, 'journal.sqlite') }),
  );
  let aheadMs = 0;
  const index = await temporaryIndex(resources, () => new Date(Date.now() + aheadMs));
  const lines: Line[] = [];
  const say = (details: Record<string, unknown>, message: string) => {
    lines.push({ details, message });
  };
  const services = {
    ...ports,
    index,
    journal,
    books: journal,
    fingerprintKey: secret,
    times: changeTimes,
    monotonic: () => performance.now(),
    observer: {},
    log: { info: say, warn: say, error: say },
  };
  const hurried = (ms: number, signal: AbortSignal) => pause(Math.ceil(ms / 10), signal);
  const clock = () => new Date();
  const builder = resources.use(startIndexBuilder(services, clock, hurried));
  resources.use(startFeedFollower(services, hurried, builder));

  await expect.poll(() => index.progress(), patience).toMatchObject({ isWhole: true });
  await expect.poll(() => index.hasAllApplications(), patience).toBe(true);
  lend();
  const expected = linesOf(booksOfCirculation(store, clock)).filter(
    (line) => cards.has(line.split(' ')[2] ?? '') || ids.has(line.split(' ')[1] ?? ''),
  );
  await expect.poll(() => missing(index, store, clock), patience).toEqual(expected);
  await expect
    .poll(
      () =>
        lines.flatMap(({ details, message }) =>
          message.startsWith('records with invalid values') ? [details.kind] : [],
        ),
      patience,
    )
    .toEqual(expect.arrayContaining(['PATRON', 'CARD', 'ITEM', 'APPLICATION', 'LOSS_REPORT']));
  expect(JSON.stringify(lines)).not.toMatch(/2185200\d{7}|P0{3}\d{4}/);

  repair();
  aheadMs = 3_600_000;
  await expect
    .poll(
      async () => differences(await booksOfIndex(index, dayOf(clock())), booksOfCirculation(store, clock)),
      patience,
    )
    .toEqual([]);
}, 200_000);

type Clock = () => Date;

/** One line for each record of a person: its kind, its id, and its card if it has one. */
const linesOf = ({ loans, holds, applications }: Books): readonly string[] =>
  Object.entries({ loans, holds, applications }).flatMap(([kind, lines]) =>
    lines.map((line) => `${kind} ${line}`),
  );

async function missing(index: IndexDatabase, store: Store, clock: Clock): Promise<readonly string[]> {
  const known = new Set(linesOf(await booksOfIndex(index, dayOf(clock()))));
  return linesOf(booksOfCirculation(store, clock)).filter((line) => !known.has(line));
}
