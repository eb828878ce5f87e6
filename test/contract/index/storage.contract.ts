import { expect, test } from 'vitest';
import type { StatementName } from '../../../store/index/statements/index.ts';
import { stateOf } from '../../support/index/open-lists.ts';
import { cardOf, holdOf, type IndexOpening, type IndexUnderTest, loanOf } from './index-under-test.ts';

const tables = [
  'loans',
  'holds',
  'counts',
  'lending_days',
  'card_readings',
  'to_read',
  'recent_events',
  'applications',
  'application_documents',
  'loss_reports',
  'build',
];

/** Statements that list a page deep inside a list, with their values. */
const lists: readonly [StatementName, readonly (string | number)[]][] = [
  ['loansSoonest', ['', '2026-12-01', '2026-11-20', 'L00000100', 21]],
  ['loansSoonestOfBranch', ['', '2026-12-01', '2026-11-20', 'L00000100', 21, 'HKCL']],
  ['loansLatest', ['', '~', '2026-11-20', 'L00009000', 21]],
  ['loansLatestOfBranch', ['', '~', '2026-11-20', 'L00009000', 21, 'HKCL']],
  ['holdsReady', ['~', '2026-11-20', 'H0000010', 21]],
  ['holdsReadyAtBranch', ['~', '2026-11-20', 'H0000010', 21, 'HKCL']],
  ['holdsReadyLast', ['~', '2026-11-20', 'H0000010', 21]],
  ['holdsReadyLastAtBranch', ['~', '2026-11-20', 'H0000010', 21, 'HKCL']],
  ['holdsToFetchLast', ['~', '~', 21]],
  ['holdsToFetchLastAtBranch', ['~', '~', 21, 'HKCL']],
  ['holdsToFetch', ['', '', 21]],
  ['holdsToFetchAtBranch', ['', '', 21, 'HKCL']],
  ['holdsOfTitle', ['B0000001', 21]],
  ['countReadyAtBranch', ['~', 'HKCL']],
  ['countToFetchAtBranch', ['HKCL']],
  ['loan', ['L00000100']],
  ['hold', ['H0000100']],
  ['loanOfItem', ['31852000000494']],
  ['queueLength', ['B0000001']],
];

async function fill(subject: IndexUnderTest): Promise<void> {
  const start = await subject.index.startReading();
  for (let batch = 0; batch < 10; batch += 1) {
    await subject.index.saveCards(
      Array.from({ length: 100 }, (_, at) => {
        const card = cardOf(batch * 100 + at);
        const number = batch * 1_000 + at * 10;
        const loans = Array.from({ length: 8 }, (_loan, loan) =>
          loanOf(number + loan, card, { dueOn: `2026-11-${10 + (number % 20)}`, branch: `B${number % 19}` }),
        );
        const holds = Array.from({ length: 4 }, (_hold, hold) =>
          holdOf(number + hold, card, {
            titleNumber: `B${number % 300}`,
            pickupBranch: `B${number % 19}`,
            ...(hold === 0 && { state: 'READY', readyUntil: `2026-11-${10 + (number % 20)}` }),
          }),
        );
        return { libraryCardNumber: card, start, loans, holds };
      }),
    );
  }
}

export function indexStorageContract(open: IndexOpening): void {
  test('no number of a person is stored as it is', async () => {
    await using subject = await open();
    const { index } = subject;
    const [card, patronId, document] = [cardOf(77), 'P7777777', 'Z777777(7)'];
    await index.begin();
    const state = await stateOf(index);
    const start = await index.startReading();
    const reading = {
      libraryCardNumber: card,
      start,
      loans: [loanOf(1, card)],
      holds: [holdOf(1, card)],
    };
    await index.saveCrawled(state, [reading], { ...state.crawl, afterPatron: patronId });
    await index.markToRead([
      { kind: 'CARD', key: card },
      { kind: 'PATRON', key: patronId },
    ]);
    const times = { submittedAt: '2026-11-20T10:00:00+08:00', decidedAt: null };
    await index.saveApplications([
      { id: 'A1', patronId, channel: 'COUNTER', status: 'RECEIVED', ...times, documents: [document] },
    ]);
    await index.saveLossReports([{ id: 'R1', libraryCardNumber: card, reportedAt: times.submittedAt }]);
    const rows = await Promise.all(
      tables.map((name) => subject.query(`select * from ${subject.table(name)}`)),
    );
    const stored = JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(stored).toContain('紅樓夢');
    for (const value of [card, patronId, document]) {
      expect(stored).not.toContain(value);
    }
  });

  test('every page is read in the order of an index, and no table is read from end to end', async () => {
    await using subject = await open();
    await fill(subject);
    for (const name of ['loans', 'holds']) {
      await subject.query(`analyze ${subject.table(name)}`);
    }
    for (const [name, values] of lists) {
      const plan = await subject.explain(name, values);
      expect(plan, name).toMatch(/index|primary key/i);
      expect(plan, name).not.toMatch(/Seq Scan|\bSort\b|SCAN|TEMP B-TREE/);
    }
  });
}
