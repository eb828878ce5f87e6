/**
 * Undelivered notices in Chromium. A service refuses a notice. Staff send the notice again, and then the service
 * accepts it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readOrCreateKey } from '../../../embedded/key-file.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { journalFileIn } from '../../../subgraphs/runtime/operations-config.ts';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { newSecret, type Receiver, startReceiver, status } from '../../support/servers/webhook-receiver.ts';
import { type StaffPages, startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('Sending notices again is not tested in a browser');

describe.skipIf(missing)('undelivered notices', { timeout: 2 * timeout }, () => {
  const secret = newSecret();
  const resources = new AsyncDisposableStack();
  let receiver: Receiver;
  let pages: StaffPages;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'notices-'));
    resources.defer(() => rm(folder, { recursive: true }));
    receiver = resources.use(await startReceiver());
    const webhooksFile = join(folder, 'webhooks.json');
    // Without an index no loan causes a notice, so the test's own notice is the only one.
    const endpoint = { name: 'mail', url: receiver.url, secrets: [secret], kinds: ['loan.overdue'] };
    await writeFile(webhooksFile, JSON.stringify({ endpoints: [endpoint] }));
    pages = resources.use(await startStaffPages({ webhooksFile }));
  }, 4 * timeout);
  afterAll(() => resources.disposeAsync());

  /** Makes a notice as the daily search for overdue loans does. The receiver refuses it. */
  async function refuseNotice(patronId: string): Promise<void> {
    receiver.answer = status(410);
    const { dataDir } = pages.system;
    const key = await readOrCreateKey(join(dataDir, 'journal.key'));
    await using journal = await openSqliteJournal({ path: journalFileIn(dataDir), secret: key });
    const occasion = `${patronId} 2026-11-25`;
    const notice = { kind: 'loan.overdue', patronId, occasion, formerEmail: null } as const;
    await journal.makeNotices([{ ...notice, endpoints: ['mail'] }]);
  }

  const readAgain = (page: Page) => page.getByRole('button', { name: 'Refresh' });

  /** Waits for the row of the patron's notice. The journal records an attempt a moment after the service's answer. */
  async function listed(page: Page, patronId: string): Promise<Locator> {
    const row = page.locator('tbody tr', { hasText: patronId });
    const count = async () => {
      await readAgain(page).click();
      return await row.getByRole('button', { name: 'Send again' }).count();
    };
    await expect.poll(count, { timeout, interval: 500 }).toBe(1);
    return row;
  }

  test('a notice that its service refused is sent again until the service takes it, and then is gone', async () => {
    await refuseNotice('P0000016');
    const { page, complaints } = await pages.open('/notices');
    const row = await listed(page, 'P0000016');
    await row.getByText('The service wants no more (410)').waitFor();
    expect(await row.textContent()).toContain('mail');
    expect(await violationsOf(page)).toEqual([]);
    await row.getByRole('button', { name: 'Send again' }).press('Enter');
    await row.getByText('It is on its way again.').waitFor();
    await receiver.got(2);
    await page.reload();
    await listed(page, 'P0000016');
    receiver.answer = status(204);
    await row.getByRole('button', { name: 'Send again' }).press('Enter');
    await row.getByText('It is on its way again.').waitFor();
    await receiver.got(3);
    const [refused, , taken] = receiver.received;
    expect(taken?.id).toBe(refused?.id);
    expect(taken?.verified(secret)).toMatchObject({ type: 'loan.overdue', data: { patronId: 'P0000016' } });
    await readAgain(page).press('Enter');
    await page.getByText('Every notice was delivered.').waitFor();
    expect(complaints).toEqual([]);
  });

  test('the page says that a notice is gone when somebody else has sent it again meanwhile', async () => {
    await refuseNotice('P0000012');
    const { page } = await pages.open('/notices');
    const row = await listed(page, 'P0000012');
    const { page: other } = await pages.open('/notices', { user: 'lee' });
    const sameRow = await listed(other, 'P0000012');
    receiver.answer = status(204);
    const before = receiver.received.length;
    await row.getByRole('button', { name: 'Send again' }).click();
    await row.getByText('It is on its way again.').waitFor();
    await sameRow.getByRole('button', { name: 'Send again' }).click();
    await sameRow.getByText('it was sent again already').waitFor();
    // Otherwise the next test's refusal could meet this notice, and there would be one more.
    await receiver.got(before + 1);
  });

  test('after an outage, all notices of a page are sent again with one press, and a filter lists one kind of failure', async () => {
    await refuseNotice('P0000005');
    await refuseNotice('P0000006');
    const { page, complaints } = await pages.open('/notices');
    await listed(page, 'P0000005');
    await listed(page, 'P0000006');
    await page.getByText('2 in all').waitFor();
    await page
      .locator('main')
      .getByLabel('Why', { exact: true })
      .selectOption({ label: 'No answer in time' });
    await page.getByText('There is no such notice.').waitFor();
    await page.locator('main').getByLabel('Why', { exact: true }).selectOption({ label: 'All' });
    receiver.answer = status(204);
    const before = receiver.received.length;
    await page.getByRole('button', { name: 'Send all 2 on this page again' }).click();
    await receiver.got(before + 2);
    await page.getByText('Every notice was delivered.').waitFor();
    expect(complaints).toEqual([]);
  });
});
