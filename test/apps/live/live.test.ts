/** Pages show what changes without asking for it again and again, over one stream of each browser. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { holdRequests } from '../hold-requests.ts';
import { type LiveBrowser, type LivePages, openLivePages } from './live-pages.ts';

const missing = chromiumMissing('That pages follow changes is not tested in a browser');
const patienceMs = 60_000;

/** Ada has ten loans. */
const ada = { patronId: 'P0000001', card: '21852000000017' };
const scope = 'patrons:read circulation:read circulation:write';

describe.skipIf(missing)('pages that follow changes', { timeout: 4 * patienceMs }, () => {
  let pages: LivePages;
  /** How far the clock of the server is ahead, in ms. */
  let aheadMs = 0;
  let ticking: NodeJS.Timeout;
  let staff: LiveBrowser;
  let reader: LiveBrowser;
  /** Ada's page at a desk, and her own. */
  let desk: Page;
  let own: Page;
  beforeAll(async () => {
    // Gateway, sign-in and pages are in this process, and the browser is not.
    vi.useFakeTimers({ toFake: ['Date'] });
    ticking = setInterval(() => vi.setSystemTime(performance.timeOrigin + performance.now() + aheadMs), 20);
    pages = await openLivePages();
    [staff, reader] = [await pages.staff(), await pages.reader(ada.card)];
    desk = await staff.open(`/staff/patrons/${ada.patronId}`);
    own = await reader.open('/my/');
    await Promise.all(
      [desk, own].map((page) =>
        page
          .getByText(/10 of 10/)
          .first()
          .waitFor(),
      ),
    );
  }, 300_000);
  afterAll(async () => {
    await pages?.[Symbol.asyncDispose]();
    clearInterval(ticking);
    vi.useRealTimers();
  });

  /** Takes a loan back, by another program than the pages. Resolves to the number of loans that are left. */
  async function takeOneBack(): Promise<number> {
    const token = await pages.system.token({ scope });
    const { patron } = await pages.system.read<{
      patron: { loans: { edges: readonly { readonly node: { item: { itemNumber: string } } }[] } };
    }>(`{ patron(id: "${ada.patronId}") { loans(first: 20) { edges { node { item { itemNumber } } } } } }`, {
      token,
    });
    const { edges } = patron.loans;
    const itemNumber = edges[0]?.node.item.itemNumber ?? expect.fail('there is no loan left');
    await pages.system.change('checkIn', 'operation { state }', { itemNumber }, { token });
    return edges.length - 1;
  }

  const loansOn = async (page: Page): Promise<number> => {
    const text = await page
      .locator('main')
      .getByText(/\d+ of 10/)
      .first()
      .textContent();
    return Number(/(\d+) of 10/.exec(text ?? '')?.[1]);
  };
  async function expectAgreement(loans: number): Promise<void> {
    for (const page of [desk, own]) {
      await expect.poll(() => loansOn(page), { timeout: patienceMs }).toBe(loans);
    }
  }
  const lostNotice = () => own.getByText('The connection is lost.');

  test('seven tabs share one stream, and another tab takes it over', async () => {
    const others = ['/', '/losses', '/applications', '/operations', '/overdue', '/patrons/P0000002'];
    const tabs = await Promise.all(others.map((path) => staff.open(`/staff${path}`)));
    await expectAgreement(await takeOneBack());
    const [leader = expect.fail('no tab leads'), ...rest] = staff.leaders();
    expect(rest).toEqual([]);
    if (leader === desk) {
      desk = await staff.open(`/staff/patrons/${ada.patronId}`);
    }
    await leader.close();
    await expect.poll(() => staff.leaders().length, { timeout: patienceMs }).toBe(1);
    await expectAgreement(await takeOneBack());
    expect(staff.leaders().length).toBe(1);
    await Promise.all(tabs.map((tab) => tab.close()));
  });

  test('a page that lost the network says so, and catches up', async () => {
    const before = await loansOn(own);
    await reader.context.setOffline(true);
    const left = await takeOneBack();
    await expect.poll(() => loansOn(desk), { timeout: patienceMs }).toBe(left);
    await lostNotice().waitFor();
    expect(await loansOn(own)).toBe(before);
    await reader.context.setOffline(false);
    await expectAgreement(left);
    await lostNotice().waitFor({ state: 'detached' });
  });

  test('after a night of sleep without a network, the screens agree', async () => {
    const sleepers = await Promise.all(
      [staff, reader].map(async ({ context }, index) => context.newCDPSession(index === 0 ? desk : own)),
    );
    const all = async (state: 'frozen' | 'active') => {
      await Promise.all(sleepers.map((one) => one.send('Page.setWebLifecycleState', { state })));
      await Promise.all([staff, reader].map(({ context }) => context.setOffline(state === 'frozen')));
    };
    await all('frozen');
    await takeOneBack();
    const left = await takeOneBack();
    await all('active');
    await expectAgreement(left);
    expect(await takeOneBack()).toBe(left - 1);
    await expectAgreement(left - 1);
  });

  test('a reservation that goes while the reader cancels it still says why that is refused', async () => {
    const hasHold = await pages.reader('21852000000033');
    const page = await hasHold.open('/my/');
    const cancel = page.getByRole('button', { name: /^Cancel the reservation of/ });
    await cancel.waitFor();
    const release = await holdRequests(page, 'mutation CancelHold');
    await cancel.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    const token = await pages.system.token({ scope });
    const patronId = 'P0000002';
    const { patron } = await pages.system.read<{ patron: { holds: readonly { readonly id: string }[] } }>(
      `{ patron(id: "${patronId}") { holds { id } } }`,
      { token },
    );
    const input = { reader: { patronId }, holdId: patron.holds[0]?.id };
    await pages.system.change('cancelHold', 'operation { state }', input, { token });
    await page.getByText('You have no reservations.').waitFor();
    release();
    await page.getByRole('region', { name: 'Reservations' }).getByText('This was not done').waitFor();
    await hasHold[Symbol.asyncDispose]();
  });

  test('when the tokens have expired, the streams go on with new ones, and no browser notices', async () => {
    // A reader who has just signed in, because a session ends when nobody uses it for a quarter of an hour.
    await reader[Symbol.asyncDispose]();
    reader = await pages.reader(ada.card);
    own = await reader.open('/my/');
    // Both pages have a stream.
    await expectAgreement(await takeOneBack());
    let streams = 0;
    for (const page of [desk, own]) {
      page.on('request', (request) => {
        streams += request.url().endsWith('/live') ? 1 : 0;
      });
    }
    const countOfExpired = /^patron_graph_streams_ended_total\{.*code="UNAUTHENTICATED".*\} (\d+)$/m;
    const ended = async () => Number(countOfExpired.exec(await pages.system.metrics())?.[1] ?? 0);
    const before = await ended();
    // They are valid for ten minutes.
    aheadMs += 605_000;
    await expect.poll(ended, { timeout: patienceMs }).toBeGreaterThanOrEqual(before + 2);
    await expectAgreement(await takeOneBack());
    expect(streams).toBe(0);
    expect(await lostNotice().count()).toBe(0);
  });
});
