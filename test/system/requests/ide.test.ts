import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumMissing, launchChromium } from '../../support/chromium.ts';
import { type RunningSystem, startSystem } from '../running-system.ts';

const browserMissing = chromiumMissing('GraphiQL is not tried in a browser');

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

test('GraphiQL is served completely from here, under a policy that allows no other source', async () => {
  const response = await fetch(`${system.url}/graphiql`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
});

test.skipIf(browserMissing)('GraphiQL runs a query in a browser, and calls no other host', async () => {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const elsewhere: string[] = [];
    const broken: string[] = [];
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(system.url)) {
        elsewhere.push(request.url());
      }
    });
    page.on('pageerror', (error) => broken.push(error.message));
    const query = '{ items(title: "Walden", first: 1) { title author } }';
    await page.goto(`${system.url}/graphiql?query=${encodeURIComponent(query)}`);
    await page.getByRole('button', { name: /execute query/i }).click();
    await page.waitForFunction("document.body.textContent.includes('Thoreau')", null, { timeout: 15_000 });
    expect(elsewhere).toEqual([]);
    expect(broken).toEqual([]);
  } finally {
    await browser.close();
  }
});
