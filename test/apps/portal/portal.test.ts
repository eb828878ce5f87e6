/** The portal as `npm run build` makes it and the gateway serves it, in a real browser. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audiences } from '../../../gateway/audiences.ts';
import { chromiumMissing, sharedChromium } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';

const root = join(import.meta.dirname, '../../..');
/** The longest time of a test, in ms. It is long because a loaded machine is slow, and no test here measures speed. */
const patienceMs = 120_000;
const missing = chromiumMissing('The portal is not tested in a browser');

const resources = new AsyncDisposableStack();
let system: RunningSystem;
beforeAll(async () => {
  await buildPage('portal');
  system = resources.use(await startSystem());
}, 120_000);
afterAll(() => resources.disposeAsync());

const get = (path: string) => fetch(`${system.url}${path}`, { redirect: 'manual' });

test('its pages may load only what this server sends; files with a hash in their name may be cached', async () => {
  expect((await get('/docs')).headers.get('location')).toBe('/docs/');
  const page = await get('/docs/schema/staff');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self';/,
  );
  expect(page.headers.get('cache-control')).toBe('no-cache');
  const script = /src="([^"]+\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1] ?? expect.fail('no script');
  expect((await get(script)).headers.get('cache-control')).toContain('immutable');
});

test.each(audiences)(
  'the schema of %s is served as SDL, from which generators make types',
  async (audience) => {
    const answer = await get(`/docs/schema/${audience}.graphql`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const committed = await readFile(join(root, `schema/audiences/${audience}.graphql`), 'utf8');
    expect(await answer.text()).toBe(committed);
    // A schema that uses @oneOf also declares it, for code generators that don't know the directive.
    expect(committed.includes('directive @oneOf')).toBe(/ @oneOf \{/.test(committed));
  },
);

test.each([
  '/docs/assets/nothing.js',
  '/docs/content/nothing.json',
  '/docs/content/..%2f..%2fpackage.json',
  '/docs/schema/readers.graphql',
])('%s is not served', async (path) => {
  expect((await get(path)).status).toBeGreaterThanOrEqual(400);
});

test('when the portal is switched off, nothing is served', async () => {
  await using production = await startSystem(undefined, { PORTAL: 'off' });
  expect((await fetch(`${production.url}/docs/`)).status).toBe(404);
});

describe.skipIf(missing)('in a browser', { timeout: patienceMs }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await sharedChromium();
    resources.defer(() => browser.close());
  });

  /** Opens a page at the path. `complaints` collects the browser's errors. */
  async function open(path: string, width = 1280): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${system.url}${path}`);
    await page.locator('h1').waitFor();
    return { page, complaints };
  }

  test('every guide opens from the navigation without an error, and each of its links leads somewhere', async () => {
    const { page, complaints } = await open('/docs/');
    const guides = page.locator('nav a');
    const count = await guides.count();
    expect(count).toBeGreaterThan(15);
    const anchorsOf = new Map<string, ReadonlySet<string>>();
    const links: { readonly from: string; readonly path: string; readonly anchor: string }[] = [];
    for (let index = 0; index < count; index += 1) {
      const guide = guides.nth(index);
      await guide.click();
      await page.locator('main article h1').waitFor();
      const { from, isCurrent, ids, found } = await guide.evaluate((link) => ({
        from: location.pathname,
        isCurrent: link.getAttribute('aria-current') === 'page',
        ids: [...document.querySelectorAll('main [id]')].map(({ id }) => id),
        found: [...document.querySelectorAll<HTMLAnchorElement>('main a:not([data-elsewhere])')]
          .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith('/docs'))
          .map(({ pathname, hash }) => ({ path: pathname, anchor: decodeURIComponent(hash.slice(1)) })),
      }));
      expect(isCurrent, from).toBe(true);
      anchorsOf.set(from, new Set(ids));
      links.push(...found.map((link) => ({ from, ...link })));
    }
    expect(complaints).toEqual([]);
    const isDead = ({ path, anchor }: (typeof links)[number]): boolean => {
      const anchors = anchorsOf.get(path);
      return anchors === undefined || (anchor !== '' && !anchors.has(anchor));
    };
    expect(links.filter(isDead)).toEqual([]);
    expect(anchorsOf.size).toBe(count);
    await page.goBack();
    await page.locator('main article h1').waitFor();
  });

  test('the search works by keyboard alone and leads to a field of the schema', async () => {
    const { page } = await open('/docs/');
    await page.keyboard.press('/');
    await page.keyboard.type('Patron.loanQuota', { delay: 5 });
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('[id="Patron.loanQuota"]').waitFor();
    expect(new URL(page.url()).hash).toBe('#Patron.loanQuota');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
  });

  test('an operation of a guide links to GraphiQL, unless there is none', async () => {
    const { page } = await open('/docs/staff');
    const link = page.locator('main a', { hasText: 'Open in GraphiQL' }).first();
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe('/graphiql/?operation=staff%2FFind');
    await page.route('**/content/gateway.json', (route) => route.fulfill({ json: { hasGraphiQL: false } }));
    await page.reload();
    await page.locator('main article h1').waitFor();
    await page.waitForLoadState('networkidle');
    expect(await link.isVisible()).toBe(false);
  });

  test('a guide shows its pictures', async () => {
    const { page, complaints } = await open('/docs/staff');
    const picture = page.locator('main img').first();
    await picture.scrollIntoViewIfNeeded();
    await page.waitForFunction(
      () => (document.querySelector('main img') as HTMLImageElement).naturalWidth > 0,
    );
    expect(await picture.getAttribute('alt')).toContain('dashboard');
    expect(complaints).toEqual([]);
  });

  test('each field says who may read it', async () => {
    const { page } = await open('/docs/schema/staff');
    const field = page.locator('.field', { has: page.locator('[id="Patron.contact"]') });
    await field.waitFor();
    expect(await field.textContent()).toContain('patrons:read');
  });

  test('the page says which content could not be loaded, and it can be tried again', async () => {
    const { page } = await open('/docs/');
    await page.route('**/content/page-answers.json', (route) => route.abort());
    await page.locator('nav a', { hasText: 'Reading an answer' }).click();
    await page.getByRole('alert').waitFor();
    await page.unroute('**/content/page-answers.json');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('article h1').waitFor();
  });

  test.each([
    ['/docs/', 1280],
    ['/docs/answers', 1280],
    ['/docs/front-ends', 360],
    ['/docs/schema/station', 360],
  ])(
    'axe finds no violation at %s, %i pixels wide, and the page does not scroll sideways',
    async (path, width) => {
      const { page } = await open(path, width);
      await page.locator('main :is(article, ul)').first().waitFor();
      expect(await violationsOf(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    },
  );
});
