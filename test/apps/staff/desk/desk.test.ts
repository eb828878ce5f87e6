/** The desk with a scanner, in Chromium. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../../support/chromium.ts';
import { violationsOf } from '../../../support/pages/axe.ts';
import { holdRequests } from '../../hold-requests.ts';
import { sharedPages } from '../../shared-pages.ts';
import { startStaffPages, timeout } from '../staff-pages.ts';
import { itemsOnShelf, loansOf, rowOf, rowsOf, scan, shownReader } from './desk-view.ts';

const missing = chromiumMissing('The desk is not tested in a browser');

describe.skipIf(missing)('the desk', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(startStaffPages);

  const openDesk = async (): Promise<Page> => (await pages().open('/desk')).page;

  test('a scanner at full speed: of twenty copies none is lost, and ten are lent in their order', async () => {
    const { page, complaints } = await pages().open('/desk');
    const copies = itemsOnShelf(pages().system).slice(0, 20);
    await scan(page, ['21852000000066', ...copies]);
    await expect.poll(() => rowsOf(page, 'Lent').count(), { timeout }).toBe(10);
    await expect.poll(() => rowsOf(page, 'Refused').count(), { timeout }).toBe(10);
    const shown = await page
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map(({ textContent }) => textContent ?? ''));
    expect(shown.map((text) => /31852\d{9}/.exec(text)?.[0]).reverse()).toEqual(copies);
    const lent = loansOf(pages().system, '21852000000066');
    expect(lent.map(({ itemNo }) => itemNo)).toEqual(copies.slice(0, 10));
    expect(await shownReader(page).textContent()).toContain('10 of 10 places taken, 0 left');
    expect(await rowOf(page, copies[10] ?? '').textContent()).toContain('one must come back first');
    expect(complaints).toEqual([]);
    expect(await violationsOf(page)).toEqual([]);
  });

  test('a returned copy is lent to the next reader, whose card ends the session before', async () => {
    const page = await openDesk();
    const [copy = ''] = loansOf(pages().system, '21852000000066').map(({ itemNo }) => itemNo);
    await page.keyboard.press('F4');
    await scan(page, [copy, copy]);
    await rowsOf(page, 'Taken back').waitFor();
    await rowsOf(page, 'Refused').waitFor();
    expect(await rowsOf(page, 'Refused').textContent()).toContain('Ask a colleague.');
    expect(await rowsOf(page, 'Taken back').textContent()).toContain('To the shelf');
    await page.getByText('Returns need a branch').waitFor();
    await scan(page, ['21852000000074', copy]);
    await rowsOf(page, 'Lent').waitFor();
    expect(await page.getByRole('radio', { name: /^Lend/ }).isChecked()).toBe(true);
    expect(await shownReader(page).textContent()).toContain('HO, LOK YIU');
    await scan(page, ['21852000000256']);
    await shownReader(page).getByText('SIU, CHUNG').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByText('No card is shown.').waitFor();
  });

  test('a return frees a place of the shown reader, and the notice of a full quota goes', async () => {
    const page = await openDesk();
    const [copy = ''] = loansOf(pages().system, '21852000000017').map(({ itemNo }) => itemNo);
    await scan(page, ['21852000000017']);
    await shownReader(page).getByText('10 of 10 places taken, 0 left').waitFor();
    expect(await shownReader(page).textContent()).toContain('one must come back first');
    await page.keyboard.press('F4');
    await scan(page, [copy]);
    await shownReader(page).getByText('9 of 10 places taken, 1 left').waitFor();
    expect(await shownReader(page).textContent()).not.toContain('one must come back first');
  });

  test('an unsettled copy holds up no other, and is shown as unsettled until it settles', async () => {
    const page = await openDesk();
    const [first = '', second = ''] = itemsOnShelf(pages().system);
    pages().system.legacy.circ.faults.set([
      { kind: 'reset-after', operations: ['CheckOut'], times: 1 },
      { kind: 'busy', operations: ['FindByRef'] },
    ]);
    await scan(page, ['21852000000256', first, second]);
    await rowsOf(page, 'Not settled yet').waitFor();
    expect(await rowOf(page, first).textContent()).toMatch(/code [0-9A-Z]{8}/);
    await rowsOf(page, 'Lent').waitFor();
    pages().system.legacy.circ.faults.clear();
    await expect.poll(() => rowsOf(page, 'Lent').count(), { timeout }).toBe(2);
    expect(loansOf(pages().system, '21852000000256').filter(({ itemNo }) => itemNo === first)).toHaveLength(
      1,
    );
  });

  test('R9: the place of an unsettled copy is hatched and named', async () => {
    const page = await openDesk();
    const [first = '', second = ''] = itemsOnShelf(pages().system);
    pages().system.legacy.circ.faults.set([
      { kind: 'reset-before', operations: ['CheckOut'], times: 1 },
      { kind: 'busy', operations: ['FindByRef'] },
    ]);
    await scan(page, ['21852000000249', first]);
    await rowsOf(page, 'Not settled yet').waitFor();
    await shownReader(page).getByText('1 not settled yet: each holds a place.').waitFor();
    expect(await page.locator('.place.pending').count()).toBe(1);
    await scan(page, [second]);
    await rowsOf(page, 'Lent').waitFor();
  });

  test('while an answer is slow, scanning goes on; while circulation is down, a copy is refused and can be tried again', async () => {
    const page = await openDesk();
    const [first = '', second = '', third = ''] = itemsOnShelf(pages().system);
    const answer = await holdRequests(page, 'mutation DeskCheckOut');
    await scan(page, ['21852000000082', first, second]);
    await rowsOf(page, 'Sending…').waitFor();
    await rowsOf(page, 'Waiting').waitFor();
    answer();
    await expect.poll(() => rowsOf(page, 'Lent').count(), { timeout }).toBe(2);
    pages().system.legacy.circ.faults.set([{ kind: 'busy' }]);
    await scan(page, [third]);
    await rowsOf(page, 'Refused').waitFor();
    pages().system.legacy.circ.faults.clear();
    await page.getByRole('button', { name: `Try again: ${third}` }).click();
    await expect.poll(() => rowsOf(page, 'Lent').count(), { timeout }).toBe(3);
  });

  test('what is typed anywhere goes to the field, and a text that is no number is refused', async () => {
    const page = await openDesk();
    await page.getByRole('button', { name: 'Smart identity card…' }).focus();
    await page.keyboard.type('123\n');
    await rowsOf(page, 'Refused').waitFor();
    expect(await page.locator('tbody tr').first().textContent()).toContain(
      'not the number of a card or a copy',
    );
    expect(await page.locator('tbody tr').first().textContent()).toContain('Scan it again.');
    expect(await page.locator('input.scan').inputValue()).toBe('');
  });

  test('R11: an information card lends nothing; the smart identity card does, as a card reader types it', async () => {
    const page = await openDesk();
    const [copy = ''] = itemsOnShelf(pages().system);
    await scan(page, ['21852000000140', copy]);
    await rowsOf(page, 'Refused').waitFor();
    expect(await rowsOf(page, 'Refused').textContent()).toContain('read the card itself');
    await scan(page, ['P500005(3) 2022-01-03', copy]);
    await rowsOf(page, 'Lent').waitFor();
    expect(await shownReader(page).textContent()).toContain('TANG, HIU TUNG');
    expect(await page.locator('main').textContent()).not.toContain('P500005');
  });

  test('R18: the replacement of a lost smart identity card is taken over at the desk, and then lends', async () => {
    const page = await openDesk();
    const [copy = ''] = itemsOnShelf(pages().system);
    await page.getByRole('button', { name: 'Smart identity card…' }).click();
    await page.getByLabel('Identity number').fill('K778899(1)');
    await page.getByLabel('Date of issue').fill('2026-11-20');
    await page.getByRole('button', { name: 'Use this card' }).click();
    await page.getByRole('button', { name: 'Take over the replacement' }).click();
    await page.getByRole('button', { name: 'Take over the replacement' }).waitFor({ state: 'detached' });
    await scan(page, [copy]);
    await rowsOf(page, 'Lent').waitFor();
  });

  test('R9: two desks lend to one patron at the limit, and ten copies are out in all', async () => {
    const desks = [await pages().open('/desk'), await pages().open('/desk', { user: 'lee' })];
    const copies = itemsOnShelf(pages().system);
    await Promise.all(
      desks.map(({ page }, index) =>
        scan(page, ['21852000000033', ...copies.slice(index * 7, index * 7 + 7)]),
      ),
    );
    for (const { page } of desks) {
      await expect
        .poll(() => page.locator('tbody .badge.good, tbody .badge.bad').count(), { timeout })
        .toBe(7);
    }
    const out = ['21852000000033', '21852000000041'].flatMap((number) => loansOf(pages().system, number));
    expect(out).toHaveLength(10);
  });
});
