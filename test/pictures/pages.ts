import type { Page } from 'playwright-core';
import { signIn } from '../support/pages/sign-in.ts';
import { workAt } from '../support/pages/work-at.ts';

/** The addresses of the running system. */
export interface Addresses {
  readonly gateway: string;
}

export interface Picture {
  /** The file's name in docs/guides/pictures, without `.png`. */
  readonly name: string;
  readonly size: keyof typeof sizes;
  readonly language: 'en-GB' | 'zh-HK';
  /** Opens the subject of the picture, in a browser in which nobody is signed in. */
  readonly show: (page: Page, addresses: Addresses) => Promise<unknown>;
}

export const sizes = {
  desk: { width: 1280, height: 800 },
  /** A smaller size for pages full of text, whose PNG files are large. */
  text: { width: 1080, height: 640 },
  telephone: { width: 360, height: 740 },
} as const;

const asStaff = async (page: Page, { gateway }: Addresses, path: string): Promise<void> => {
  await workAt(page, gateway, 'HKCL');
  await page.goto(`${gateway}/staff/sign-in?to=${encodeURIComponent(path)}`);
  await signIn(page, 'chan', 'demonstration');
};

const asReader = async (page: Page, { gateway }: Addresses, path: string): Promise<void> => {
  await page.goto(`${gateway}/my/sign-in?to=${encodeURIComponent(path)}`);
  await signIn(page, '21852000000033', '1234');
};

/**
 * Staff enrol the machine as a station. Then each of `scanned` is typed: a card's number, and the numbers of copies.
 */
async function asStation(page: Page, addresses: Addresses, ...scanned: readonly string[]): Promise<void> {
  await asStaff(page, addresses, '/staff/stations');
  await page.waitForURL(`${addresses.gateway}/staff/**`);
  const code = await page.evaluate(async () => {
    const { csrfToken } = (await (await fetch('/staff/session')).json()) as { csrfToken: string };
    const answer = await fetch('/staff/station-enrolments', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
      body: JSON.stringify({ name: 'Ground floor 1', branch: 'HKCL' }),
    });
    return ((await answer.json()) as { code: string }).code;
  });
  await page.goto(`${addresses.gateway}/station/`);
  await page.locator('input').fill(code);
  await page.keyboard.press('Enter');
  await page.locator('.tiles').waitFor();
  for (const number of scanned) {
    await page.keyboard.type(number);
    await page.keyboard.press('Enter');
  }
}

/** Every picture of the guides. To add one, add an entry here, and run `npm run pictures -- NAME`. */
export const pictures: readonly Picture[] = [
  {
    name: 'staff',
    size: 'desk',
    language: 'en-GB',
    async show(page, addresses) {
      await asStaff(page, addresses, '/staff/');
      await page.locator('main table').first().waitFor();
    },
  },
  {
    name: 'staff-patron',
    size: 'desk',
    language: 'en-GB',
    async show(page, addresses) {
      await asStaff(page, addresses, '/staff/patrons/P0000001');
      await page.locator('main table').first().waitFor();
    },
  },
  {
    name: 'staff-desk',
    size: 'desk',
    language: 'en-GB',
    async show(page, addresses) {
      await asStaff(page, addresses, '/staff/desk');
      await page.locator('main h1').waitFor();
      for (const number of ['21852000000066', '31852000000510', '31852000000528']) {
        await page.keyboard.type(number);
        await page.keyboard.press('Enter');
      }
      await page.getByText(/due/i).nth(1).waitFor();
    },
  },
  {
    name: 'staff-counter',
    size: 'desk',
    language: 'en-GB',
    async show(page, addresses) {
      await asStaff(page, addresses, '/staff/applications/new');
      await page.getByLabel('A library card').check();
      await page.getByLabel('Name in English').fill('SIU, HOI CHING');
      await page.getByLabel('Date of birth').fill('1980-05-17');
      // The check digit is wrong.
      await page.getByLabel('Identity card number').fill('G123456(0)');
      await page.getByLabel('Address, line 1').fill('8 Reading Road');
      await page.getByLabel('I have seen proof of address').check();
      await page.keyboard.press('Enter');
      await page.locator('[aria-invalid=true]').waitFor();
    },
  },
  {
    name: 'station',
    size: 'text',
    language: 'en-GB',
    async show(page, addresses) {
      await asStation(page, addresses, '21852000000066', '31852000000536', '31852000000544');
      await page.locator('.item[data-state="done"]').nth(1).waitFor();
    },
  },
  {
    name: 'reader',
    size: 'telephone',
    language: 'zh-HK',
    async show(page, addresses) {
      await asReader(page, addresses, '/my/');
      await page.locator('main h1').waitFor();
    },
  },
  {
    name: 'portal',
    size: 'text',
    language: 'en-GB',
    async show(page, { gateway }) {
      await page.goto(`${gateway}/docs/answers`);
      await page.locator('main article h1').waitFor();
    },
  },
  {
    name: 'graphiql',
    size: 'text',
    language: 'en-GB',
    async show(page, { gateway }) {
      await page.goto(`${gateway}/graphiql/?operation=front-ends/Home`);
      await page.locator('.query .view-lines').first().waitFor();
      await page.getByRole('button', { name: /execute query/i }).click();
      await page.getByRole('button', { name: 'Plan and SOAP calls' }).click();
      await page.getByRole('rowheader').first().waitFor();
    },
  },
  {
    name: 'partner',
    size: 'telephone',
    language: 'en-GB',
    async show(page, { gateway }) {
      await page.goto(`${gateway}/partner-sample`);
      await page.locator('a.button').click();
      await signIn(page, '21852000000033', '1234');
      await page.locator('button[value=allow]').click();
      await page.locator('dd code').waitFor();
    },
  },
];
