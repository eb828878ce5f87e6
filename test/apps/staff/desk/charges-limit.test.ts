/** A reader who owes more than the library lends with, at the desk in Chromium: who may lend all the same, and how. */
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../../support/chromium.ts';
import { violationsOf } from '../../../support/pages/axe.ts';
import { sharedPages } from '../../shared-pages.ts';
import { startStaffPages, timeout } from '../staff-pages.ts';
import { itemsOnShelf, loansOf, rowOf, rowsOf, scan } from './desk-view.ts';

const missing = chromiumMissing('Lending in spite of charges is not tested in a browser');

/** Of P0000016, who owes HK$26.20. */
const owesMore = '21852000000223';
const scope = 'circulation:write circulation:read credentials:read patrons:read';
const words = {
  en: {
    refusal: 'The patron owes more than the library lends with',
    lend: 'Lend anyway',
    cancel: 'Do not lend',
  },
  'zh-Hant': { refusal: '讀者的欠款超過可借閱的上限', lend: '仍然借出', cancel: '不借出' },
} as const;

describe.skipIf(missing)('a limit of what readers may owe', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(() =>
    startStaffPages({ buildsIndex: true, behindEnv: { CHARGES_LIMIT_CENTS: '2000' } }),
  );

  test.each(['en', 'zh-Hant'] as const)(
    'a colleague with the right is asked once, and the loan is in the access log, in %s',
    async (language) => {
      const { refusal, lend, cancel } = words[language];
      const { page, complaints } = await pages().open('/desk', { language });
      const { system } = pages();
      const [copy = ''] = itemsOnShelf(system);
      const before = loansOf(system, owesMore).length;
      await scan(page, [owesMore, copy]);
      const refused = rowOf(page, copy);
      await refused.getByText(refusal).waitFor();
      await refused.getByRole('button', { name: lend }).click();
      const dialog = page.locator('dialog[open]');
      expect(await violationsOf(page)).toEqual([]);
      await dialog.getByRole('button', { name: cancel }).click();
      expect(loansOf(system, owesMore)).toHaveLength(before);
      await refused.getByRole('button', { name: lend }).click();
      await dialog.getByRole('button', { name: lend }).click();
      await rowsOf(page, language === 'en' ? 'Lent' : '已借出').waitFor();
      expect(loansOf(system, owesMore)).toHaveLength(before + 1);
      const reader = { token: await system.token({ patronId: 'P0000016' }) };
      const { me } = await system.read<{ me: { accessLog: { edges: { node: object }[] } } }>(
        '{ me { accessLog(first: 50) { edges { node { field role } } } } }',
        reader,
      );
      expect(me.accessLog.edges.map(({ node }) => node)).toContainEqual({
        field: 'chargesLimit',
        role: 'STAFF',
      });
      expect(complaints).toEqual([]);
    },
  );

  test('a colleague without the right reads who decides, and has no button', async () => {
    const { page } = await pages().open('/desk', { scope });
    const copy = itemsOnShelf(pages().system).at(-1) ?? '';
    await scan(page, [owesMore, copy]);
    const refused = rowOf(page, copy);
    await refused.getByText(words.en.refusal).waitFor();
    expect(await refused.getByRole('button').count()).toBe(0);
  });
});
