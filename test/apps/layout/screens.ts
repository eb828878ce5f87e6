/** The screens of all pages, each as somebody sees it in the middle of a working day. */
import type { Page } from 'playwright-core';
import { atDesk, atStation, debtor, reader, shelfCopies } from './full-library.ts';

export interface Screen {
  /** Unique, and the path of its picture. */
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

const rows = (page: Page) => page.locator('main tbody tr').first().waitFor();

const [lentAtDesk, returnedOnly, lentAtStation, alsoLentAtStation, inReceipt] = shelfCopies;

async function showDesk(page: Page): Promise<void> {
  await scan(page, atDesk.libraryCard);
  await page.locator('.places').waitFor();
  await scan(page, lentAtDesk);
  await page.keyboard.press('F4');
  await scan(page, atDesk.returnedCopy, returnedOnly);
  await page.locator('tbody .badge').nth(2).waitFor();
}

/** The step after the sign-in. */
async function showBranches(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.removeItem('staff-branch'));
  await page.reload();
  await page.locator('.branch-step button').first().waitFor();
}

async function showKeys(page: Page): Promise<void> {
  await rows(page);
  await page.keyboard.press('?');
  await page.locator('dialog[open] kbd').first().waitFor();
}

/** Opens the dialog of the first button that the view has in this place. */
const showDialog =
  (button: string) =>
  async (page: Page): Promise<void> => {
    await page.locator(`main ${button}`).first().click();
    await page.locator('dialog[open]').waitFor();
  };

/** What somebody owes, and the form with which the till is asked for it. */
async function showPayment(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Show the account|顯示繳費系統帳戶)/ }).click();
  await page.locator('main button.primary[aria-haspopup=dialog]').first().click();
  await page.locator('dialog[open]').waitFor();
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

/** An item whose outcome is told. */
const outcomes = '.item:not([data-state="sending"], [data-state="waiting"])';

const lending =
  (...copies: readonly string[]) =>
  async (page: Page): Promise<void> => {
    await scan(page, atStation.libraryCard);
    await page.locator('.remaining').waitFor();
    await scan(page, ...copies);
    await page
      .locator(outcomes)
      .nth(copies.length - 1)
      .waitFor();
  };

async function showReturning(page: Page): Promise<void> {
  await page.locator('.tile').nth(1).click();
  await page.locator('.tile').first().waitFor({ state: 'detached' });
  await scan(page, returnedOnly);
  await page.locator(outcomes).first().waitFor();
}

async function showLoansToRenew(page: Page): Promise<void> {
  await page.locator('.tile').nth(2).click();
  await page.locator('input').nth(1).waitFor();
  await scan(page, reader.libraryCard, '1234');
  await page.locator('main li').nth(2).waitFor();
}

async function showReceipt(page: Page): Promise<void> {
  await lending(inReceipt)(page);
  await page.locator('.actions button:not(.primary)').last().click();
  await page.locator('.receipt').waitFor();
}

export const screens: readonly Screen[] = [
  { name: 'staff/branch', seenBy: 'staff', path: '/staff/', show: showBranches },
  { name: 'staff/today', seenBy: 'staff', path: '/staff/', show: rows },
  { name: 'staff/desk', seenBy: 'staff', path: '/staff/desk', show: showDesk },
  { name: 'staff/find', seenBy: 'staff', path: '/staff/patrons', show: showHits },
  { name: 'staff/patron', seenBy: 'staff', path: `/staff/patrons/${reader.patronId}`, show: rows },
  {
    name: 'staff/loss',
    seenBy: 'staff',
    path: `/staff/patrons/${reader.patronId}`,
    show: showDialog('.acts .danger'),
  },
  { name: 'staff/payment', seenBy: 'staff', path: `/staff/patrons/${debtor.patronId}`, show: showPayment },
  { name: 'lists/overdue', seenBy: 'staff', path: '/staff/overdue?branch=*', show: rows },
  { name: 'lists/hold-shelf', seenBy: 'staff', path: '/staff/hold-shelf?branch=HKCL', show: rows },
  { name: 'lists/fetch', seenBy: 'staff', path: '/staff/hold-shelf?branch=HKCL&state=TO_FETCH' },
  { name: 'lists/owing', seenBy: 'staff', path: '/staff/owing', show: rows },
  { name: 'lists/applications', seenBy: 'staff', path: '/staff/applications', show: rows },
  { name: 'staff/application', seenBy: 'staff', path: '/staff/applications/A0000001' },
  { name: 'staff/application-form', seenBy: 'staff', path: '/staff/applications/new', show: showErrors },
  {
    name: 'staff/another-card',
    seenBy: 'staff',
    path: `/staff/patrons/${atStation.patronId}/apply`,
  },
  { name: 'lists/losses', seenBy: 'staff', path: '/staff/losses', show: rows },
  { name: 'lists/operations', seenBy: 'staff', path: '/staff/operations?state=UNSETTLED' },
  { name: 'lists/findings', seenBy: 'staff', path: '/staff/findings', show: rows },
  { name: 'lists/notices', seenBy: 'staff', path: '/staff/notices' },
  { name: 'staff/stations', seenBy: 'staff', path: '/staff/stations' },
  { name: 'staff/keys', seenBy: 'staff', path: '/staff/', show: showKeys },
  { name: 'reader/home', seenBy: 'reader', path: '/my/' },
  { name: 'reader/catalogue', seenBy: 'reader', path: '/my/catalogue', show: showTitles },
  { name: 'reader/cards', seenBy: 'reader', path: '/my/cards' },
  { name: 'reader/loss', seenBy: 'reader', path: '/my/cards', show: showDialog('.danger') },
  { name: 'reader/charges', seenBy: 'reader', path: '/my/charges' },
  { name: 'reader/pay', seenBy: 'reader', path: '/my/pay' },
  { name: 'reader/contact', seenBy: 'reader', path: '/my/contact' },
  { name: 'reader/requests', seenBy: 'reader', path: '/my/requests' },
  { name: 'reader/access', seenBy: 'reader', path: '/my/access' },
  { name: 'reader/more', seenBy: 'reader', path: '/my/more' },
  { name: 'reader/apply', seenBy: 'stranger', path: '/my/apply', show: showErrors },
  { name: 'reader/progress', seenBy: 'stranger', path: '/my/progress' },
  { name: 'station/welcome', seenBy: 'station', path: '/station/' },
  {
    name: 'station/lending',
    seenBy: 'station',
    path: '/station/',
    show: lending(lentAtStation, alsoLentAtStation),
  },
  { name: 'station/returning', seenBy: 'station', path: '/station/', show: showReturning },
  { name: 'station/renewing', seenBy: 'station', path: '/station/', show: showLoansToRenew },
  { name: 'station/receipt', seenBy: 'station', path: '/station/', show: showReceipt },
  { name: 'sign-in/reader', seenBy: 'stranger', path: '/my/sign-in' },
  { name: 'sign-in/staff', seenBy: 'stranger', path: '/staff/sign-in' },
];
