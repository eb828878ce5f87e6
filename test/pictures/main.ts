/**
 * `npm run pictures` makes the pictures of the guides. It uses Chromium and `npm start -- --library small`, which has
 * the persons of the seed. Names as arguments select pictures: `npm run pictures -- staff reader`. The dates in the
 * pictures are relative to today, so they differ from run to run.
 *
 * `npm run pictures -- --screens` takes the pictures of all screens (`of-screens.ts`), and `npm run pictures -- --check`
 * compares the screens with these pictures. Names select screens: `npm run pictures -- --check staff/desk`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { openDevelopmentIssuer } from '../../gateway/access/development.ts';
import { launchChromium } from '../support/chromium.ts';
import { freePorts, run } from '../support/processes.ts';
import { checkScreens, takeScreens } from './of-screens.ts';
import { type Addresses, type Picture, pictures, sizes } from './pages.ts';

const folder = join(import.meta.dirname, '../../docs/guides/pictures');

/** The pictures must be small, because every clone of the repository has them. */
const maxBytes = 150_000;

/** The wait until fonts and late parts of the page are drawn, in ms. */
const stillMs = 700;

/** @throws Error if the picture is larger than `maxBytes`, or if the page doesn't show its subject. */
async function take(
  browser: Browser,
  { name, size, language, show }: Picture,
  addresses: Addresses,
): Promise<void> {
  const context = await browser.newContext({
    viewport: sizes[size],
    locale: language,
    colorScheme: 'light',
    reducedMotion: 'reduce',
    timezoneId: 'Asia/Hong_Kong',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await show(page, addresses);
  // Pages that follow changes keep a request open, so the network is never idle.
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  await setTimeout(stillMs);
  const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  await context.close();
  if (picture.length > maxBytes) {
    throw new Error(`${name}.png has ${picture.length} bytes, more than ${maxBytes}`);
  }
  await writeFile(join(folder, `${name}.png`), picture);
  process.stdout.write(`${name}.png: ${picture.length} bytes\n`);
}

/** Waits for the index, which takes a while to build. The figures of the whole library come from the index. */
async function untilIndexIsReady(gateway: string, dataDir: string): Promise<void> {
  const issuer = await openDevelopmentIssuer(dataDir);
  const token = await issuer.sign({ subject: 'pictures', scope: 'circulation:read' }, 600);
  for (;;) {
    const response = await fetch(`${gateway}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ branches { loansOut } }' }),
    });
    if (!(await response.text()).includes('INDEX_NOT_READY')) {
      return;
    }
    await setTimeout(500);
  }
}

/**
 * Without a Chinese font, each Chinese character would be an empty box.
 * @throws Error if there is no such font.
 */
function requireChineseFont(): void {
  if (execFileSync('fc-list', [':lang=zh-hk']).length === 0) {
    throw new Error('There is no font for Chinese here: install fonts-noto-cjk.');
  }
}

/** Takes the pictures of the guides. Sets the exit code if one of them can't be taken. */
async function takeForGuides(wanted: readonly string[]): Promise<void> {
  const chosen = pictures.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const dataDir = await mkdtemp(join(tmpdir(), 'pictures-'));
  await using resources = new AsyncDisposableStack();
  resources.defer(() => rm(dataDir, { recursive: true }));
  const system = resources.use(
    run('embedded/main.ts', { DATA_DIR: dataDir, ...freePorts }, ['--library', 'small']),
  );
  const [, gateway = ''] = await system.says(/GraphiQL +(http\S+)\/graphiql/);
  await untilIndexIsReady(gateway, dataDir);
  const browser = await launchChromium();
  resources.defer(() => browser.close());
  for (const picture of chosen) {
    try {
      await take(browser, picture, { gateway });
    } catch (error) {
      process.exitCode = 1;
      process.stderr.write(`${picture.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}

requireChineseFont();
const options = process.argv.slice(2);
const wanted = options.filter((option) => !option.startsWith('--'));
if (options.includes('--check')) {
  await checkScreens(wanted);
} else if (options.includes('--screens')) {
  await takeScreens(wanted);
} else {
  await takeForGuides(wanted);
}
