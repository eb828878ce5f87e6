/** Somebody begins sign-ins and finishes none, until no more of them are kept. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { madeBeforeSignIn } from '../../../edge/sign-in/provider/adapter.ts';
import { openSqliteState } from '../../../store/shared-state/sqlite/sealed-state.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { cards, madeUpReaders } from '../../support/sign-in/made-up-readers.ts';
import { relyingParty } from '../../support/sign-in/relying-party.ts';
import { type RunningSignIn, startServer } from '../../support/sign-in/running-sign-in.ts';
import { pin } from '../../support/sign-in/sign-in-as.ts';

let now = Date.now();
let file: string;
const signIn = openedForTests(async (): Promise<RunningSignIn> => {
  await using resources = new AsyncDisposableStack();
  file = join(resources.use(await openTemporaryFolder()).path, 'sign-in.sqlite');
  const state = await openSqliteState({
    owner: 'sign-in',
    path: file,
    secrets: [new TextEncoder().encode('a secret of the tests, long enough')],
    now: () => now,
  });
  const settings = { graph: madeUpReaders(), state, trustedProxies: ['127.0.0.1'], now: () => now };
  const running = resources.use(await startServer(settings));
  const moved = resources.move();
  return { ...running, [Symbol.asyncDispose]: () => moved.disposeAsync() };
});

const begin = async (address: string) => {
  const browser = new PlainBrowser(signIn.issuer.origin, { 'x-forwarded-for': address });
  const page = await browser.open((await (await relyingParty(signIn, 'web')).begin()).url.href);
  return { browser, page };
};

test('the network with most of them loses the oldest, and everybody else begins and finishes', async () => {
  const reader = await begin('203.0.113.7');
  // Another network of the reader's /48 has begun a sign-in, too.
  await begin('2001:db8:1:100::1');
  await begin('2001:db8:1:200::1');
  using tables = new DatabaseSync(file, { timeout: 5_000 });
  const interactions = () =>
    tables
      .prepare("select grant_key, count(*) as count from items where kind = 'Interaction' group by grant_key")
      .all()
      .map(({ count }) => Number(count))
      .sort();
  expect(interactions()).toEqual([1, 2]);
  tables.exec(`insert into items (key, kind, grant_key, sealed, expires_at)
    with recursive flood (number) as
      (select 1 union all select number + 1 from flood where number < ${madeBeforeSignIn.Interaction})
    select 'flood ' || number, 'Interaction', 'the flooder', '', ${now + 60_000} + number from flood`);
  // The next count finds that there is no more room.
  now += 10_000;
  const newcomer = await begin('203.0.113.8');
  expect([newcomer.page.status, newcomer.page.url]).toEqual([200, expect.stringContaining('/interaction/')]);
  for (const { browser, page } of [newcomer, reader]) {
    const { url } = await browser.send(page, { number: cards.siuMing, pin });
    expect(url).toContain('code=');
  }
  const left = tables
    .prepare("select min(expires_at) as first from items where grant_key = 'the flooder'")
    .get();
  expect(Number(left?.first)).toBeGreaterThan(now - 10_000 + 60_000 + 1);
});
