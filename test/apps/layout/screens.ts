/** The screens of all pages, each as somebody sees it in the middle of a working day. */
import type { Page } from 'playwright-core';
import { reader, returnedCopy, shelfCopies } from './full-library.ts';

export interface Screen {
  /** Unique, and the name of its picture. */
  readonly name: string;
  /** Who looks at it. A stranger has not signed in. */
  readonly seenBy: 'staff' | 'reader' | 'station' | 'stranger';
  readonly path: string;
  /** Makes the screen what it is, once it is loaded. */
  readonly show?: (page: Page) => Promise<unknown>;
}

const scan = async (page: Page, ...lines: readonly string[]): Promise<void> => {
  for (const line of lines) {
    await page.keyboard.type(line);
    await page.keyboard.press('Enter');
  }
};

async function showDesk(page: Page): Promise<void> {
  await scan(page, reader.libraryCard);
  await page.locator('.places').waitFor();
  await scan(page, shelfCopies[0]);
  await page.keyboard.press('F4');
  await scan(page, returnedCopy, shelfCopies[1]);
  await page.locator('tbody .badge').nth(2).waitFor();
}

async function showHits(page: Page): Promise<void> {
  await page.locator('input[type=search], main input').first().fill('wong');
  await page.keyboard.press('Enter');
  await page.locator('main tbody tr').first().waitFor();
}

async function showTitles(page: Page): Promise<void> {
  await page.locator('main input').first().fill('of');
  await page.keyboard.press('Enter');
  await page.getByRole('article').first().waitFor();
}

async function showErrors(page: Page): Promise<void> {
  await page.locator('main button[type=submit]').click();
  await page.locator('[aria-invalid=true]').first().waitFor();
}

async function showLending(page: Page): Promise<void> {
  await scan(page, reader.libraryCard);
  await page.locator('.places, .reader, h1').first().waitFor();
  await scan(page, shelfCopies[2]);
  await page.locator('.item:not([data-state="sending"])').first().waitFor();
}

const rows = (page: Page) => page.locator('main tbody tr').first().waitFor();

export const screens: readonly Screen[] = [
  { name: 'staff-today', seenBy: 'staff', path: '/staff/', show: rows },
  { name: 'staff-desk', seenBy: 'staff', path: '/staff/desk', show: showDesk },
  { name: 'staff-find', seenBy: 'staff', path: '/staff/patrons', show: showHits },
  { name: 'staff-patron', seenBy: 'staff', path: `/staff/patrons/${reader.patronId}`, show: rows },
  { name: 'staff-overdue', seenBy: 'staff', path: '/staff/overdue?branch=*', show: rows },
  { name: 'staff-hold-shelf', seenBy: 'staff', path: '/staff/hold-shelf?branch=*', show: rows },
  { name: 'staff-applications', seenBy: 'staff', path: '/staff/applications', show: rows },
  { name: 'staff-application', seenBy: 'staff', path: '/staff/applications/A0000001' },
  { name: 'staff-application-form', seenBy: 'staff', path: '/staff/applications/new', show: showErrors },
  { name: 'staff-losses', seenBy: 'staff', path: '/staff/losses', show: rows },
  { name: 'staff-operations', seenBy: 'staff', path: '/staff/operations?state=UNSETTLED' },
  { name: 'staff-findings', seenBy: 'staff', path: '/staff/findings', show: rows },
  { name: 'staff-notices', seenBy: 'staff', path: '/staff/notices' },
  { name: 'staff-stations', seenBy: 'staff', path: '/staff/stations' },
  { name: 'reader-home', seenBy: 'reader', path: '/my/' },
  { name: 'reader-catalogue', seenBy: 'reader', path: '/my/catalogue', show: showTitles },
  { name: 'reader-cards', seenBy: 'reader', path: '/my/cards' },
  { name: 'reader-contact', seenBy: 'reader', path: '/my/contact' },
  { name: 'reader-requests', seenBy: 'reader', path: '/my/requests' },
  { name: 'reader-access', seenBy: 'reader', path: '/my/access' },
  { name: 'reader-more', seenBy: 'reader', path: '/my/more' },
  { name: 'reader-apply', seenBy: 'stranger', path: '/my/apply', show: showErrors },
  { name: 'reader-progress', seenBy: 'stranger', path: '/my/progress' },
  { name: 'station', seenBy: 'station', path: '/station/' },
  { name: 'station-lending', seenBy: 'station', path: '/station/', show: showLending },
  { name: 'sign-in', seenBy: 'stranger', path: '/my/sign-in' },
];
