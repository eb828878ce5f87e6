import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCirculation } from '../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { type CoreSystemId, coreSystemIds } from '../../platform/systems.ts';
import { readSeed, startSimulators } from '../../simulators/index.ts';
import { anySignal, expectUpstream } from '../contract/port-under-test.ts';
import { controlsOf } from './controls.ts';
import { account, startPeer, whyNoPhp } from './peer.ts';
import { newcomer } from './registry-changes.ts';

/** The drop time of the simulated circulation, in ms. `lateMs` is longer. */
const dropAfterMs = 200;
const lateMs = 900;
const hourMs = 3_600_000;

/** Resolves to the addresses of the three systems. */
type Start = (resources: AsyncDisposableStack) => Promise<Readonly<Record<CoreSystemId, string>>>;

const startSimulated: Start = async (resources) => {
  const credentials = { cms: account, circ: account };
  const systems = resources.use(await startSimulators({ credentials, dropAfterMs }));
  return { prs: systems.prs.url, cms: systems.cms.url, circ: systems.circ.url };
};

const startPeers: Start = async (resources) => {
  const [prs, cms, circ] = await Promise.all(coreSystemIds.map((name) => startPeer(name)));
  for (const peer of [prs, cms, circ]) {
    resources.use(peer);
  }
  return { prs: prs?.url ?? '', cms: cms?.url ?? '', circ: circ?.url ?? '' };
};

const [card = ''] = readSeed().cards.flatMap(({ cardNo, status }) => (status === 'ACT' ? [cardNo] : []));
const [firstItem = '', secondItem = ''] = readSeed().items.flatMap(({ itemNo, state, material }) =>
  state === 'A' && material === 'BK' ? [itemNo] : [],
);

describe.each([
  ['the simulators', startSimulated, null],
  ['the PHP peers', startPeers, whyNoPhp()],
] as const)('%s', (_name, start, missing) => {
  const running = new AsyncDisposableStack();
  let urls: Awaited<ReturnType<Start>>;
  let circulation: ReturnType<typeof createCirculation>;
  beforeAll(async () => {
    if (missing === null) {
      urls = await start(running);
      circulation = running.use(
        createCirculation({ url: urls.circ, ...account, limits: { deadlineMs: lateMs / 2 } }),
      );
    }
  });
  afterAll(() => running.disposeAsync());

  const lastEvent = async () => (await circulation.eventsAfter('0', 500, anySignal())).at(-1);

  test.skipIf(missing !== null)(
    'a block of a desk stops lending, and its event has no reference',
    async () => {
      const desk = controlsOf(urls.circ);
      await circulation.registerCard(card, 'known', anySignal());
      await desk.actAtDesk('block', card);
      expect(await lastEvent()).toMatchObject({
        kind: 'CARD_BLOCKED',
        libraryCardNumber: card,
        reference: null,
      });
      expect(await circulation.checkOut(card, firstItem, 'blocked', anySignal())).toEqual({
        refused: 'CARD_BLOCKED',
      });
      await desk.actAtDesk('unblock', card);
      expect(await lastEvent()).toMatchObject({ kind: 'CARD_UNBLOCKED', reference: null });
      expect(await circulation.checkOut(card, firstItem, 'unblocked', anySignal())).toMatchObject({
        loan: { itemNumber: firstItem, reference: 'unblocked' },
      });
    },
  );

  test.skipIf(missing !== null)(
    'a check-out that is applied late has no answer and no event, until it is applied after the drop time',
    async () => {
      const { applyLate, applyAtOnce } = controlsOf(urls.circ);
      await circulation.registerCard(card, 'known', anySignal());
      await applyLate(['CheckOut'], lateMs);
      await expectUpstream(circulation.checkOut(card, secondItem, 'late', anySignal()), 'outcome-unknown');
      expect(await circulation.eventsByReference('late', anySignal())).toEqual([]);
      await expect
        .poll(async () => (await circulation.eventsByReference('late', anySignal())).length, {
          timeout: 5_000,
        })
        .toBe(1);
      await applyAtOnce();
    },
  );

  test.skipIf(missing !== null)(
    'after a step of its clock, circulation tells other times, and its sequences still ascend',
    async () => {
      const { stepClock } = controlsOf(urls.circ);
      const aheadMs: number[] = [];
      const sequences: number[] = [];
      for (const [step, offsetMs] of [0, hourMs, -hourMs, 0].entries()) {
        await stepClock(offsetMs);
        await circulation.registerCard(card, `step ${step}`, anySignal());
        const event = await lastEvent();
        sequences.push(Number(event?.sequence));
        aheadMs.push(Math.round((Date.parse(event?.at ?? '') - Date.now()) / 10_000) * 10_000);
      }
      expect(aheadMs.map((ms) => ms + 0)).toEqual([0, hourMs, -hourMs, 0]);
      expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    },
  );

  test.skipIf(missing !== null)(
    'card management refuses a token when its clock is six minutes off, in either direction',
    async () => {
      await using cards = createCardManagement({ url: urls.cms, ...account, limits: { retryDelayMs: 1 } });
      const { stepClock } = controlsOf(urls.cms);
      for (const offsetMs of [360_000, -360_000]) {
        await stepClock(offsetMs);
        await expectUpstream(cards.ping(anySignal()), 'unauthorized');
      }
      await stepClock(-240_000);
      await cards.ping(anySignal());
    },
  );

  test.skipIf(missing !== null)(
    'the registry registers a patron on the day that its clock shows',
    async () => {
      await using registry = createPatronRegistry({ url: urls.prs });
      const { stepClock } = controlsOf(urls.prs);
      const days: number[] = [];
      for (const [offsetDays, identityNumber] of [
        [0, 'K700001(4)'],
        [2, 'K700002(2)'],
        [-2, 'K700003(0)'],
      ] as const) {
        await stepClock(offsetDays * 24 * hourMs);
        const patron = { ...newcomer, identityNumber, birthCertificateNumber: null };
        const registered = await registry.register(patron, anySignal());
        days.push(
          'patron' in registered
            ? Date.parse(registered.patron.registeredOn ?? '') / (24 * hourMs)
            : Number.NaN,
        );
      }
      const [first = 0] = days;
      expect(days.map((day) => day - first)).toEqual([0, 2, -2]);
    },
  );

  test.skipIf(missing !== null)('a control that makes no sense is refused', async () => {
    const { stepClock, actAtDesk } = controlsOf(urls.prs);
    await expect(stepClock(Number.NaN)).rejects.toThrow('PUT /_clock: 400');
    await expect(actAtDesk('block', card)).rejects.toThrow('POST /_desk: 404');
  });
});
