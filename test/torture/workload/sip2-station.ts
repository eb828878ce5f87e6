import { checkIn, checkOut, renewAll } from '../../support/sip2/messages.ts';
import type { TestTerminal } from '../../support/sip2/terminal.ts';
import { pause } from '../pause.ts';
import { type Random, randomOf } from '../random.ts';
import type { RunContext } from '../run-context.ts';
import type { Sip2Edge } from '../system/sip2-edge.ts';
import type { PatronGroup } from './patron-groups.ts';

/** The messages of all SIP2 stations of a run. */
export interface Sip2Counts {
  sent: number;
  /** Messages that were answered with yes. */
  accepted: number;
  /** Connections that broke, or a message that had no answer in time. */
  lost: number;
}

/** The time after which a station gives up a connection without an answer, in ms. */
const patienceMs = 20_000;

/**
 * A self-service station that speaks SIP2. It sends one message after another. If the connection breaks, it connects
 * again and sends the same message again, as terminals do.
 */
export async function sip2Station(
  context: RunContext,
  edge: Sip2Edge,
  number: number,
  group: () => PatronGroup,
  counts: Sip2Counts,
  over: AbortSignal,
): Promise<void> {
  const random = randomOf(context.seed, `terminal-${number}`);
  let terminal: TestTerminal | null = null;
  let unanswered: string | null = null;
  for (let sequence = 0; !over.aborted; sequence += 1) {
    const message: string | null = unanswered ?? drawMessage(context, group(), random, dateOf(sequence));
    if (message === null) {
      await pause(random.between(50, 300), over);
      continue;
    }
    try {
      terminal ??= await edge.connect(number);
      counts.sent += 1;
      const answer = await answered(terminal.send(message));
      counts.accepted += answer.fixed.ok === '1' ? 1 : 0;
      unanswered = null;
    } catch (error) {
      if (!(error instanceof Error)) {
        throw error;
      }
      counts.lost += 1;
      unanswered = message;
      await terminal?.[Symbol.asyncDispose]();
      terminal = null;
      await pause(500, over);
    }
  }
  await terminal?.[Symbol.asyncDispose]();
}

/** Rejects if the answer doesn't come within `patienceMs`. */
async function answered<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer')), patienceMs);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Draws a message from circulation's present records; null if the drawn message is not possible. */
function drawMessage(
  { records }: RunContext,
  group: PatronGroup,
  random: Random,
  date: string,
): string | null {
  const patronId = random.pick(group.patronIds);
  const [card] = records.cardsOf(patronId).filter(({ status, type }) => status === 'ACT' && type === 'LC');
  const [loan] = records.loansOf(patronId);
  const drawn = random.next();
  if (drawn < 0.4) {
    return loan === undefined ? null : checkIn({ item: loan.itemNo, date });
  }
  if (card === undefined) {
    return null;
  }
  const reader = { patron: card.cardNo, pin: card.pin ?? undefined, date };
  if (drawn < 0.45) {
    return renewAll(reader);
  }
  const free = group.itemNumbers.filter((item) => records.item(item)?.state === 'A');
  return free.length === 0 ? null : checkOut({ ...reader, item: random.pick(free) });
}

/** A date of the terminal. Each message has another date, because the same date means the same message. */
function dateOf(sequence: number): string {
  const at = new Date(Date.UTC(2026, 10, 24) + sequence * 1_000).toISOString();
  return `${at.slice(0, 10).replaceAll('-', '')}    ${at.slice(11, 19).replaceAll(':', '')}`;
}
