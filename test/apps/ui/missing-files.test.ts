/** A page whose files are missing, in a real browser: a newer release is being rolled out. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fastify from 'fastify';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addStaticPage } from '../../../platform/static-pages/add-static-page.ts';
import { chromiumMissing, sharedChromium } from '../../support/chromium.ts';

const missing = chromiumMissing('A page with missing files is not tried in a browser');
const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
const reload = join(import.meta.dirname, '../../../apps/build/reload.js');
const html = (script: string) =>
  `<!doctype html><script src="/page/reload.js"></script><script type="module" src="/page/assets/${script}"></script>`;

let folder: string;
let origin: string;
/** The paths that were requested, in order. */
let requested: string[] = [];
/** Called with the path of each request, before it is answered. */
let onRequest: (path: string) => Promise<void> = async () => {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-'));
  resources.defer(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'assets'));
  await copyFile(reload, join(folder, 'reload.js'));
  await writeFile(join(folder, 'assets/present.js'), 'document.title = "present";');
  await writeFile(join(folder, 'index.html'), html('present.js'));
  const app = fastify();
  resources.defer(() => app.close());
  app.addHook('onRequest', async ({ url }) => {
    requested.push(url);
    await onRequest(url);
  });
  await addStaticPage(app, { path: '/page', folder, folders: ['assets'] });
  origin = await app.listen({ host: '127.0.0.1', port: 0 });
});

test('a missing file is 404 and stays in no cache; a file with a hash in its name stays there', async () => {
  const cacheControlOf = async (path: string) => {
    const { status, headers } = await fetch(`${origin}/page/${path}`);
    return [status, headers.get('cache-control')];
  };
  expect(await cacheControlOf('assets/absent.js')).toEqual([404, 'no-store']);
  expect(await cacheControlOf('assets/present.js')).toEqual([200, 'public, max-age=31536000, immutable']);
  expect(await cacheControlOf('reload.js')).toEqual([200, 'no-cache']);
  expect(await cacheControlOf('any/view')).toEqual([200, 'no-cache']);
});

test('a file that the build has compressed goes out as brotli or gzip, and as it is to a client that accepts neither', async () => {
  await writeFile(join(folder, 'assets/large.js'), '// as it is');
  await writeFile(join(folder, 'assets/large.js.br'), brotliCompressSync('// brotli'));
  await writeFile(join(folder, 'assets/large.js.gz'), gzipSync('// gzip'));
  const served = async (acceptEncoding: string) => {
    const response = await fetch(`${origin}/page/assets/large.js`, {
      headers: { 'accept-encoding': acceptEncoding },
    });
    const { headers } = response;
    const names = ['content-encoding', 'content-type', 'cache-control', 'vary'];
    return [await response.text(), ...names.map((name) => headers.get(name))];
  };
  const same = [
    'application/javascript; charset=utf-8',
    'public, max-age=31536000, immutable',
    'accept-encoding',
  ];
  expect(await served('gzip, br')).toEqual(['// brotli', 'br', ...same]);
  expect(await served('gzip')).toEqual(['// gzip', 'gzip', ...same]);
  expect(await served('identity')).toEqual(['// as it is', null, ...same]);
});

describe.skipIf(missing)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await sharedChromium();
    resources.defer(() => browser.close());
  }, 120_000);

  /** Opens the page, and waits until it has the title and `path` has been requested `times` times. */
  async function open(path: string, times: number, title: string) {
    requested = [];
    await using page = await browser.newPage();
    await page.goto(`${origin}/page/`);
    await expect.poll(() => requested.filter((url) => url === path).length).toBe(times);
    await expect.poll(() => page.title()).toBe(title);
    await page.waitForLoadState('networkidle');
  }

  test('the page is loaded again, and gets the files of the newer release', async () => {
    await writeFile(join(folder, 'index.html'), html('old.js'));
    onRequest = async (path) => {
      if (path === '/page/assets/old.js') {
        await writeFile(join(folder, 'index.html'), html('present.js'));
      }
    };
    await open('/page/assets/present.js', 1, 'present');
    expect(requested.filter((url) => url === '/page/')).toHaveLength(2);
  });

  test('the page is loaded again only once if the file is still missing', async () => {
    onRequest = async () => {};
    await writeFile(join(folder, 'index.html'), html('old.js'));
    await open('/page/assets/old.js', 2, '');
    expect(requested.filter((url) => url === '/page/')).toHaveLength(2);
  });
});
