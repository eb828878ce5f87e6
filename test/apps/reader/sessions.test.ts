/**
 * The end of a session at `/my/`: signing out, a session that ends in the middle of a form, and attacks from other
 * sites.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { sharedPages } from '../shared-pages.ts';
import { fillIn, openReaderPages, patienceMs, readers } from './reader-page.ts';

const missing = chromiumMissing('The reader’s page is not tested in a browser');

describe.skipIf(missing)('the reader’s page', { timeout: 2 * patienceMs }, () => {
  const pages = sharedPages(openReaderPages);

  test('signing out ends the session at the server, too: the cookie is refused from then on', async () => {
    const { page, context } = await pages().signIn(readers.siuMing);
    const cookies = await context.cookies();
    const cookie = cookies.find(({ name }) => name === '__Host-reader') ?? expect.fail('no cookie');
    const csrfToken = await page.evaluate(async () => (await (await fetch('/my/session')).json()).csrfToken);
    const replay = () =>
      fetch(`${pages().system.url}/my/graphql`, {
        method: 'POST',
        headers: {
          cookie: `${cookie.name}=${cookie.value}`,
          'content-type': 'application/json',
          'sec-fetch-site': 'same-origin',
          'x-csrf-token': csrfToken,
        },
        body: JSON.stringify({ query: '{ me { id } }' }),
      });
    expect(await (await replay()).json()).toEqual({ data: { me: { id: 'P0000002' } } });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out').waitFor();
    expect((await replay()).status).toBe(401);
    // Skips the library's page for signing out, and goes back to the page of the loans.
    const back = page.waitForEvent('load');
    // The delay lets the evaluated script end before its page is unloaded.
    await page.evaluate(() => {
      setTimeout(() => window.history.go(-2));
    });
    await back;
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    expect(await page.locator('body').textContent()).not.toContain('Siu Ming');
    await page.goto(`${pages().system.url}/my/`);
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await page.getByLabel('PIN', { exact: true }).waitFor();
  });

  test('after a session ends in the middle of a form, the reader signs in again and goes on where they were', async () => {
    const { page, context, addresses } = await pages().signIn(readers.siuMing, '/my/contact');
    await page.getByLabel('E-mail').fill('typed@patrons.example');
    await context.clearCookies();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    await page.getByText('What you typed is kept').waitFor();
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await fillIn(page, readers.siuMing);
    await page.waitForURL(`${pages().system.url}/my/contact`);
    expect(await page.getByLabel('E-mail').inputValue()).toBe('typed@patrons.example');
    // The text is no longer in the storage, but only in the form. No address ever contained the text.
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain(
      'typed@',
    );
    expect(addresses.filter((address) => /typed(@|%40)/.test(address))).toEqual([]);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Your contact details are saved.').waitFor();
  });

  test('after a session ends at the catalogue, a title’s link to sign in keeps what was typed elsewhere', async () => {
    const { page, context } = await pages().signIn(readers.siuMing, '/my/contact');
    await page.getByLabel('E-mail').fill('typed@patrons.example');
    await page.getByRole('link', { name: 'Catalogue' }).click();
    await context.clearCookies();
    const search = page.getByRole('button', { name: 'Search' });
    await page.getByLabel('Title, or part of it').fill('Middlemarch');
    await search.click();
    await page.getByRole('link', { name: /^Sign in.*Middlemarch/ }).click();
    await fillIn(page, readers.siuMing);
    await page.waitForURL(`${pages().system.url}/my/catalogue`);
    await page.getByRole('link', { name: 'Contact' }).click();
    expect(await page.getByLabel('E-mail').inputValue()).toBe('typed@patrons.example');
  });

  test('what one reader has typed is not shown to the next reader who signs in', async () => {
    const { page, context } = await pages().signIn(readers.siuMing, '/my/contact');
    await page.getByLabel('E-mail').fill('secret@patrons.example');
    await context.clearCookies();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await fillIn(page, readers.nothing);
    await page.waitForURL(`${pages().system.url}/my/contact`);
    expect(await page.getByLabel('E-mail').inputValue()).toBe('');
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain('secret@');
  });

  test('a reader who leaves without signing in again leaves nothing behind of what they typed', async () => {
    const { page, context } = await pages().signIn(readers.siuMing, '/my/contact');
    await page.getByLabel('E-mail').fill('secret@patrons.example');
    await context.clearCookies();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('What you typed is kept').waitFor();
    await page.goto(`${pages().system.url}/health/live`);
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain('secret@');
  });

  test('a form that was kept for a reader who did not come back in time is dropped when the page loads', async () => {
    const { page } = await pages().open('/my/catalogue');
    const left = {
      owner: 'P0000002',
      at: Date.now() - 16 * 60_000,
      typed: { contact: { email: 'secret@' } },
    };
    await page.evaluate((text) => sessionStorage.setItem('drafts', text), JSON.stringify(left));
    await page.reload();
    await page.locator('h1').waitFor();
    expect(await page.evaluate(() => sessionStorage.getItem('drafts'))).toBeNull();
  });

  test('signing out clears what the tab has kept about the reader', async () => {
    const { page } = await pages().signIn(readers.siuMing);
    await page.getByRole('button', { name: 'Renew Middlemarch' }).click();
    await page
      .getByText(/^Middlemarch is renewed|renewal today would not/)
      .first()
      .waitFor();
    await page.evaluate(() => sessionStorage.setItem('drafts', '{}'));
    const kept = () =>
      page.evaluate(() => Object.keys(sessionStorage).filter((key) => /^(drafts$|my-)/.test(key)));
    expect((await kept()).sort()).toEqual(['drafts', 'my-requests']);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/my'));
    await page.goto(`${pages().system.url}/health/live`);
    expect(await kept()).toEqual([]);
  });

  test('after a reader leaves without confirming the library’s sign-out, the next person is not signed in as that reader', async () => {
    const { page } = await pages().signIn(readers.siuMing);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Sign out of the library?').first().waitFor();
    // The next person uses the same computer.
    await page.goto(`${pages().system.url}/my/`);
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await fillIn(page, readers.nothing);
    await page.waitForURL(`${pages().system.url}/my/`);
    const patronId = await page.evaluate(async () => (await (await fetch('/my/session')).json()).patronId);
    expect(patronId).toBe('P0000004');
  });

  test('signing out in one tab clears the other tabs at once', async () => {
    const { page, context } = await pages().signIn(readers.siuMing);
    const other = await context.newPage();
    await other.goto(`${pages().system.url}/my/cards`);
    await other.getByRole('region', { name: 'Library card' }).waitFor();
    await other.evaluate(() => sessionStorage.setItem('drafts', '{}'));
    await page.getByRole('button', { name: 'Sign out' }).click();
    await other.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    expect(await other.locator('body').textContent()).not.toContain('Library card');
    expect(await other.evaluate(() => sessionStorage.getItem('drafts'))).toBeNull();
  });

  test('another site’s page can’t act for the reader, whatever it sends', async () => {
    const { page, context } = await pages().signIn(readers.siuMing);
    const site = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>another site</title><form method="post"></form>');
    }).listen(0, 'localhost');
    await once(site, 'listening');
    try {
      await page.goto(`http://localhost:${(site.address() as AddressInfo).port}/`);
      const query =
        'mutation { renewAllLoans(input: { reference: "x", reader: { patronId: "P0000002" } }) { operation { state } } }';
      const url = `${pages().system.url}/my/graphql`;
      const statuses: number[] = [];
      context.on('response', (response) => response.url() === url && statuses.push(response.status()));
      await page.evaluate(
        async ([target = '', body = '']) => {
          const common = { method: 'POST', credentials: 'include', body } as const;
          await fetch(target, {
            ...common,
            mode: 'no-cors',
            headers: { 'content-type': 'text/plain' },
          }).catch(() => null);
          await fetch(target, {
            ...common,
            headers: { 'content-type': 'application/json', 'x-csrf-token': '' },
          }).catch(() => null);
        },
        [url, JSON.stringify({ query })],
      );
      await page.evaluate((target) => {
        const form = document.querySelector('form') as HTMLFormElement;
        form.action = target;
        form.submit();
      }, url);
      await page.waitForURL(url);
      expect(statuses.length).toBeGreaterThan(1);
      expect(statuses.every((status) => status >= 400)).toBe(true);
      expect([...pages().system.store.circ.loans.values()].filter(({ ref }) => ref !== '')).toEqual([]);
    } finally {
      site.closeAllConnections();
      site.close();
    }
  });

  test('scripts of the page can read no token, no cookie, and no data of another reader', async () => {
    const { page, answers, context } = await pages().signIn(readers.siuMing);
    for (const name of ['Cards', 'Contact', 'What I did', 'Who looked at my record', 'Loans']) {
      await page.getByRole('link', { name, exact: true }).click();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
    }
    const json = answers.filter((text) => text.startsWith('{'));
    expect(json.length).toBeGreaterThan(4);
    expect(json.join('\n')).not.toMatch(/eyJ|refresh_token|access_token/);
    expect(new Set(json.join('\n').match(/P\d{7}/g))).toEqual(new Set(['P0000002']));
    expect(await page.evaluate(() => document.cookie)).toBe('');
    const cookies = (await context.cookies()).filter(({ name }) => name.startsWith('__Host-'));
    expect(cookies.map(({ name, httpOnly, secure }) => name + httpOnly + secure)).toEqual([
      '__Host-readertruetrue',
    ]);
  });

  test('a script in a title or a name is shown as text and never runs', async () => {
    const { store } = pages().system;
    const script = '<img src=x onerror="document.title=`owned`"><script>document.title="owned"</script>';
    const loan = store.circ.loans.get('L00000011') ?? expect.fail('no loan');
    const copies = [...store.circ.items.values()].filter(({ bibNo }) => bibNo === loan.bibNo);
    const patron = store.prs.patrons.get('P0000002') ?? expect.fail('no patron');
    for (const copy of copies) {
      store.circ.items.put({ ...copy, title: script });
    }
    store.prs.patrons.put({ ...patron, chiName: '<b>李</b>' });
    const { page, complaints } = await pages().signIn(readers.siuMing);
    await page.getByText(script).first().waitFor();
    expect(await page.title()).not.toContain('owned');
    await page.getByRole('link', { name: 'Catalogue' }).click();
    await page.getByLabel('Title, or part of it').fill('<script>');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('heading', { name: script }).waitFor();
    expect(await page.title()).not.toContain('owned');
    await page.getByRole('link', { name: 'Apply for a card' }).click();
    expect(await page.getByLabel('Name in Chinese').inputValue()).toBe('<b>李</b>');
    expect(complaints).toEqual([]);
    for (const copy of copies) {
      store.circ.items.put(copy);
    }
    store.prs.patrons.put(patron);
  });
});
