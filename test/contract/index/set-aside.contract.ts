import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { IndexDatabase, ToRead } from '../../../store/index/port.ts';
import { cardOf, type IndexOpening, type IndexUnderTest } from './index-under-test.ts';

const marks: readonly ToRead[] = [
  { kind: 'CARD', key: cardOf(1) },
  { kind: 'PATRON', key: 'P0000001' },
  { kind: 'ITEM', key: '31852000000494' },
  { kind: 'APPLICATION', key: 'A0000001' },
  { kind: 'LOSS_REPORT', key: '' },
];
const [mark = { kind: 'CARD', key: '' }] = marks;

async function failsNow(index: IndexDatabase, ...what: readonly ToRead[]): Promise<void> {
  await index.setAside(what, await index.startReading());
}

/** The time until which the mark waits, in ms since 1970. */
async function waitsUntil(subject: IndexUnderTest): Promise<number> {
  const [row] = await subject.query(`select due_at from ${subject.table('to_read')}`);
  return Number(row?.due_at);
}

/** Lets `ms` pass for all marks. */
const pass = (subject: IndexUnderTest, ms: number) =>
  subject.query(`update ${subject.table('to_read')} set due_at = due_at - ${ms}`);

/** The contract of `IndexBuild` for records that can't be decoded. */
export function setAsideContract(open: IndexOpening): void {
  test.each(marks)('$kind: is read again, but not at once', async (what) => {
    await using subject = await open();
    const { index } = subject;
    await failsNow(index, what);
    expect(await index.toRead(what.kind, 10)).toEqual([]);
    await pass(subject, 10_001);
    expect(await index.toRead(what.kind, 10)).toEqual([what.key]);
  });

  test('waits ever longer, up to 43 minutes', async () => {
    await using subject = await open();
    const { index } = subject;
    const waited: number[] = [];
    for (let failure = 0; failure < 11; failure += 1) {
      const before = (await index.startReading()).at.getTime();
      await failsNow(index, mark);
      const until = await waitsUntil(subject);
      waited.push(Math.floor((until - before) / 10_000));
      await pass(subject, until - before);
    }
    expect(waited).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 256, 256]);
  });

  test('does not come before what can be read', async () => {
    await using subject = await open();
    const { index } = subject;
    await failsNow(index, ...marks);
    await index.markToRead([{ kind: 'CARD', key: cardOf(2) }]);
    expect(await index.toRead('CARD', 1)).toEqual([cardOf(2)]);
    expect((await index.progress()).asOf).toBeNull();
  });

  test('is read at once where an event tells of it, also while it was being read', async () => {
    await using subject = await open();
    const { index } = subject;
    const start = await index.startReading();
    await setTimeout(5);
    await index.markToRead([mark]);
    await index.setAside([mark], start);
    expect(await index.toRead(mark.kind, 10)).toEqual([mark.key]);
    await setTimeout(5);
    await failsNow(index, mark);
    expect(await index.toRead(mark.kind, 10)).toEqual([]);
    await index.markToRead([mark]);
    expect(await index.toRead(mark.kind, 10)).toEqual([mark.key]);
  });

  test('an undecided application that cannot be decoded is not among the next that are read', async () => {
    await using subject = await open();
    const { index } = subject;
    const times = { submittedAt: '2026-11-20T10:00:00+08:00', decidedAt: null };
    await index.saveApplications(
      ['A0000001', 'A0000002'].map((id) => ({
        id,
        patronId: null,
        channel: 'COUNTER',
        status: 'RECEIVED',
        ...times,
        documents: [],
      })),
    );
    await failsNow(index, { kind: 'APPLICATION', key: 'A0000001' });
    expect(await index.undecidedAfter(null, 10)).toEqual(['A0000002']);
    await index.wasRead([{ kind: 'APPLICATION', key: 'A0000001' }], await index.startReading());
    expect(await index.undecidedAfter(null, 10)).toEqual(['A0000001', 'A0000002']);
  });
}
