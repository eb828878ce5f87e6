/** Views that fail, and addresses that lead nowhere, in Chromium. */
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { sharedPages } from '../shared-pages.ts';
import { startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('Failing views of staff are not tested in a browser');

describe.skipIf(missing)('the staff’s pages', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(startStaffPages);

  test('a malformed address within the page shows that there is no such page', async () => {
    const { page } = await pages().open('/desk');
    await page.evaluate(() => {
      window.history.pushState(null, '', '/staff/patrons/%E0%A4%A');
      window.dispatchEvent(new PopStateEvent('popstate'));
    });
    await page.getByRole('heading', { name: 'This page does not exist' }).waitFor();
  });

  test('a view that fails leaves the navigation, which leads to the other views', async () => {
    const { page } = await pages().open('/desk');
    await page.route('**/staff/graphql', async (route) => {
      const isToday = (route.request().postData() ?? '').includes('query Today');
      await (isToday ? route.fulfill({ json: { data: { branches: [null] } } }) : route.continue());
    });
    const navigation = page.getByRole('navigation', { name: 'Views' });
    await navigation.getByRole('link', { name: 'Today' }).click();
    await page.getByRole('heading', { name: 'This view can’t be shown' }).waitFor();
    await navigation.getByRole('link', { name: 'Desk' }).click();
    await page.getByRole('heading', { name: 'Desk' }).waitFor();
    expect(await page.getByText('This view can’t be shown').count()).toBe(0);
  });
});
