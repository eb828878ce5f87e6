/** That a station is enrolled and revoked is told to everybody who follows it, and the staff's list shows it by itself. */
import type { Browser } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { chromiumMissing, launchChromium } from '../../support/chromium.ts';
import { openEventStream } from '../../support/graph/event-stream.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { signIn } from '../../support/pages/sign-in.ts';
import { workAt } from '../../support/pages/work-at.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { untilOpen } from '../../system/live/until-open.ts';
import { startStations, waitMs } from './running-station.ts';

vi.setConfig({ testTimeout: 4 * waitMs });

const under = openedForTests(() => startStations({ buildsIndex: true }), 300_000);
const missing = chromiumMissing(
  'That the list of stations shows changes by itself is not tested in a browser',
);

/** Makes a machine a station, as its page does. */
async function enrol(name: string): Promise<void> {
  const { status } = await fetch(`${under.system.url}/station/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ code: await under.staff.code(name) }),
  });
  expect(status).toBe(200);
}

async function follow(claims: object, field: string) {
  const token = await under.system.token(claims);
  return await openEventStream(under.system.url, `subscription { ${field} }`, { token });
}

test('staff are told that a machine was enrolled and revoked, and its station that it is withdrawn', async () => {
  const staffs = await follow({ scope: 'circulation:read' }, 'libraryChanges { kind subjectId }');
  await using _staffs = staffs;
  await untilOpen(under.system, 1);
  const nextOfStations = async () => {
    const isOfStation = (text: string) => text.includes('STATION_');
    const events = await staffs.until(({ data }) => isOfStation(JSON.stringify(data)));
    return events.at(-1)?.body.data?.libraryChanges;
  };
  await enrol('Gate');
  const [id = ''] = await under.staff.stations();
  expect(await nextOfStations()).toEqual({ kind: 'STATION_RETURNED', subjectId: id });
  const claims = { subject: id, clientId: `station-${id}`, scope: 'station' };
  await using own = await follow(claims, 'stationChanges { isInService }');
  await untilOpen(under.system, 2);
  await under.staff.revoke(id);
  expect((await own.next()).body).toEqual({ data: { stationChanges: { isInService: false } } });
  expect(await nextOfStations()).toEqual({ kind: 'STATION_WITHDRAWN', subjectId: id });
  // The machine is enrolled again, as another station.
  await enrol('Gate');
  const [again = ''] = await under.staff.stations();
  expect(await nextOfStations()).toEqual({ kind: 'STATION_RETURNED', subjectId: again });
  await under.staff.revoke(again);
  expect(await nextOfStations()).toEqual({ kind: 'STATION_WITHDRAWN', subjectId: again });
});

test.skipIf(missing)('a list of stations that is open shows a new one, and that it is revoked', async () => {
  await buildPage('staff');
  const browser: Browser = await launchChromium();
  await using _browser = { [Symbol.asyncDispose]: () => browser.close() };
  const page = await browser.newPage({ locale: 'en' });
  page.setDefaultTimeout(waitMs);
  await workAt(page, under.system.url, null);
  await page.goto(`${under.system.url}/staff/sign-in?to=/staff/stations`);
  await signIn(page, 'chan', 'demonstration');
  await page.locator('form.row').waitFor();
  await untilOpen(under.system, 1);
  await enrol('Reading room');
  const row = page.getByRole('row', { name: /Reading room/ });
  await row.getByRole('button', { name: 'Revoke Reading room' }).waitFor();
  const [id = ''] = await under.staff.stations();
  await under.staff.revoke(id);
  await row.getByText('Revoked').waitFor();
});
