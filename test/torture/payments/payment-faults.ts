import { z } from 'zod';
import { pause, repeatedly } from '../pause.ts';
import { randomOf } from '../random.ts';
import type { PaymentContext, PaymentDisturbances } from './payment-context.ts';
import type { RevenueSystem } from './revenue-system.ts';

const hongKongMs = 8 * 3_600_000;
const dayMs = 86_400_000;

/** Sets the payment system's clock to so many minutes after the next midnight in Hong Kong. */
export async function setClock(revenue: RevenueSystem, minutes: number): Promise<void> {
  const now = Date.parse(z.object({ now: z.string() }).parse((await revenue.control({})).answer).now);
  const midnight = Math.ceil((now + hongKongMs) / dayMs) * dayMs - hongKongMs;
  await revenue.control({ clock: new Date(midnight + minutes * 60_000).toISOString() });
}

/** Lets the time pass in which orders can be paid, or goes on to the end of the day and to the next morning. */
export async function stepClock(
  { scenario: { clockEveryMs }, seed, revenue }: PaymentContext,
  disturbances: PaymentDisturbances,
  ended: AbortSignal,
): Promise<void> {
  const random = randomOf(seed, 'payment clock');
  await repeatedly(clockEveryMs, random, ended, async () => {
    if (random.chance(0.6)) {
      disturbances.expiries += 1;
      await revenue.control({ clock: '+16m' });
      return;
    }
    disturbances.endsOfDay += 1;
    // A few seconds before the end of the day, so that requests come before and after it.
    await setClock(revenue, -30 - 1 / 30);
    await pause(random.between(3_000, 6_000), ended);
    await revenue.control({ clock: '+50m' });
  });
}

const withEffect = ['CreateOrder', 'CancelOrder', 'WaiveCharge', 'RefundOrder'] as const;

/** Draws the faults of the way and of the payment system again from time to time. */
export async function drawFaults(
  { scenario: { faultPeriodMs, wayFaults, applyLateMs }, seed, revenue, way }: PaymentContext,
  ended: AbortSignal,
): Promise<void> {
  const random = randomOf(seed, 'payment faults');
  await repeatedly(faultPeriodMs, random, ended, async () => {
    way.share = random.chance(0.3) ? 0 : 2 * wayFaults * random.next();
    const late = Array.from({ length: applyLateMs === null ? 0 : random.between(0, 3) }, () => ({
      kind: 'apply-late',
      operations: [random.pick(withEffect)],
      delayMs: random.between(...(applyLateMs ?? [0, 0])),
      times: random.between(1, 2),
    }));
    const busy = random.chance(wayFaults > 0 ? 0.2 : 0)
      ? [{ kind: 'busy', times: random.between(1, 5) }]
      : [];
    await revenue.setFaults([...late, ...busy]);
  });
  way.share = 0;
  await revenue.setFaults([]);
}

/** The payment system falls silent, for longer than callers wait. */
export async function silence(
  { scenario: { silentEveryMs }, seed, revenue }: PaymentContext,
  disturbances: PaymentDisturbances,
  ended: AbortSignal,
): Promise<void> {
  const random = randomOf(seed, 'silences');
  await repeatedly(silentEveryMs, random, ended, async () => {
    disturbances.silences += 1;
    revenue.silence();
    await pause(random.between(500, 8_000), ended);
    revenue.speak();
  });
}
