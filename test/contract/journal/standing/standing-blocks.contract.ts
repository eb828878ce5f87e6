import { expect, test } from 'vitest';
import type { JournalOpening } from '../journal-under-test.ts';

const patronId = 'P0000004';
const cards = ['21852000000058', '21852000000066'];

export function standingBlocksContract(open: JournalOpening): void {
  test('are kept once for each patron, until they are forgotten, and nothing of a person is stored in clear', async () => {
    await using subject = await open();
    const { journal } = subject;
    expect(await journal.standingBlocksOf(patronId)).toEqual([]);
    await journal.keepStandingBlocks(patronId, []);
    await journal.keepStandingBlocks(patronId, cards);
    await journal.keepStandingBlocks(patronId, cards.slice(1));
    await journal.keepStandingBlocks('P0000002', ['21852000000033']);
    expect([...(await journal.standingBlocksOf(patronId))].sort()).toEqual(cards);
    const rows = await subject.query(`select * from ${subject.table('standing_blocks')}`);
    expect(rows).toHaveLength(3);
    expect(JSON.stringify(rows)).not.toMatch(/P000000|21852/);
    await journal.forgetStandingBlocks(patronId);
    expect(await journal.standingBlocksOf(patronId)).toEqual([]);
    expect(await journal.standingBlocksOf('P0000002')).toEqual(['21852000000033']);
  });

  test('survive the process', async () => {
    await using subject = await open();
    await subject.journal.keepStandingBlocks(patronId, cards);
    const reopened = await subject.open();
    expect([...(await reopened.standingBlocksOf(patronId))].sort()).toEqual(cards);
  });
}
