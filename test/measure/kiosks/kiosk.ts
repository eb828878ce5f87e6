import { setTimeout as sleep } from 'node:timers/promises';
import { checkIn, checkOut, patronInformation } from '../../support/sip2/messages.ts';
import type { Sip2Response } from '../../support/sip2/responses.ts';
import type { TestTerminal } from '../../support/sip2/terminal.ts';

/** The counts of all kiosks together. */
export interface KioskCounts {
  sent: number;
  answered: number;
  /** Refused, and each repeat was refused, too. */
  refusedForGood: number;
  /** Refused at the first try, and granted at a repeat. */
  refusedThenGranted: number;
  /** Messages without an answer, because the connection broke. */
  lost: number;
  /** The time to each first answer, in ms. */
  readonly latenciesMs: number[];
}

export const emptyCounts = (): KioskCounts => ({
  sent: 0,
  answered: 0,
  refusedForGood: 0,
  refusedThenGranted: 0,
  lost: 0,
  latenciesMs: [],
});

interface Kiosk {
  readonly terminal: TestTerminal;
  /** The card of the only reader who comes here, and the only item. */
  readonly card: string;
  readonly item: string;
  /** The time between two readers, in ms. */
  readonly everyMs: number;
  readonly over: AbortSignal;
}

/** How often a refused message is repeated, and the pause before each repeat, in ms. A place is held for 42 s. */
const repeats = 10;
const repeatMs = 5_000;

/** A kiosk begins at a random moment of its interval, so that all kiosks together send evenly. */
export async function runKiosk(kiosk: Kiosk, counts: KioskCounts): Promise<void> {
  const { terminal, card, item, everyMs, over } = kiosk;
  let second = 0;
  const date = () => {
    second += 1;
    return `20261124    ${new Date(second * 1_000).toISOString().slice(11, 19).replaceAll(':', '')}`;
  };
  let isLent = false;
  let pauseMs = Math.random() * everyMs;
  while (await passes(pauseMs, over)) {
    const startedAt = performance.now();
    try {
      if (!isLent) {
        counts.sent += 1;
        await timed(terminal, patronInformation({ patron: card, date: date() }), counts);
        counts.answered += 1;
      }
      const message: string = isLent
        ? checkIn({ item, date: date() })
        : checkOut({ patron: card, item, date: date() });
      isLent = (await ask(terminal, message, counts)) ? !isLent : isLent;
    } catch {
      counts.lost += 1;
      return;
    }
    pauseMs = Math.max(0, everyMs - (performance.now() - startedAt));
  }
}

/** Sends a change, and repeats it if it is refused. Resolves to whether it was granted. */
async function ask(terminal: TestTerminal, message: string, counts: KioskCounts): Promise<boolean> {
  counts.sent += 1;
  const first = await timed(terminal, message, counts);
  if (first.fixed.ok === '1') {
    counts.answered += 1;
    return true;
  }
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    await sleep(repeatMs);
    if ((await terminal.repeat()).fixed.ok === '1') {
      counts.refusedThenGranted += 1;
      return true;
    }
  }
  counts.refusedForGood += 1;
  return false;
}

async function timed(terminal: TestTerminal, message: string, counts: KioskCounts): Promise<Sip2Response> {
  const startedAt = performance.now();
  const response = await terminal.send(message);
  counts.latenciesMs.push(performance.now() - startedAt);
  return response;
}

/** Resolves to true after the time, and to false when it is over. */
async function passes(ms: number, over: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal: over });
    return !over.aborted;
  } catch {
    return false;
  }
}
