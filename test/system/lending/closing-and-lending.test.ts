/**
 * A patron's record is closed while the patron borrows (R15). The two requests are sent with some time between them.
 * `OFFSETS=200` tries 200 offsets from −50 to +50 ms, and `SEED` repeats a run.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { randomFrom, seed } from '../../support/random.ts';
import { copy, libraryForTests } from '../stories/library.ts';
import { type ChangeName, done, type Payload } from '../stories/payloads.ts';
import { newApplicant } from '../stories/people.ts';

const library = libraryForTests();

const offsets = Number(process.env.OFFSETS ?? 12);
const maxOffsetMs = 50;
/** The longest answer of a legacy system, in ms. Answers of different lengths change the order of the steps. */
const maxDelayMs = 8;

/** The maximum number of requests for an unsettled operation. The operation is settled within a minute. */
const maxTimes = 240;
const retryMs = 250;

const offsetAt = (at: number): number =>
  offsets === 1 ? 0 : (2 * maxOffsetMs * at) / (offsets - 1) - maxOffsetMs;

/** Sends the mutation after a time, and again until it is settled. On a busy machine, a change may be sent too late. */
async function settledAfter(ms: number, name: ChangeName, input: object): Promise<Payload> {
  await sleep(Math.max(0, ms));
  const reference = randomUUID();
  for (let time = 1; ; time += 1) {
    const answer = await library.change(name, { reference, ...input });
    if (answer.operation.state !== 'UNSETTLED' || time === maxTimes) {
      return answer;
    }
    await sleep(retryMs);
  }
}

test(`of closing and lending within ${maxOffsetMs} ms one is done, at ${offsets} offsets (SEED=${seed})`, {
  timeout: 60_000 + offsets * 2_000,
}, async () => {
  const random = randomFrom(seed);
  const { patronId, libraryCard } = await library.join(newApplicant(), ['LIBRARY_CARD']);
  const credential = library.system.presentedCard(libraryCard);
  const { prs, cms, circ } = library.system.legacy;
  const told = new Map<string, number>();
  for (let at = 0; at < offsets; at += 1) {
    for (const system of [prs, cms, circ]) {
      system.faults.set([{ kind: 'delay', delayMs: Math.round(random() * maxDelayMs) }]);
    }
    const offsetMs = offsetAt(at);
    const [closing, lending] = await Promise.all([
      settledAfter(-offsetMs, 'closePatron', { patronId }),
      settledAfter(offsetMs, 'checkOut', { credential, itemNumber: copy }),
    ]);
    const states = [closing, lending].map(({ operation: { state } }) => state);
    const codes = [...closing.problems, ...lending.problems].map(({ code }) => code);
    const outcome = `${states.join(' and ')}: ${codes.join(', ')}`;
    told.set(outcome, (told.get(outcome) ?? 0) + 1);
    expect(states.toSorted(), `${offsetMs} ms: ${outcome}`).toEqual(['DONE', 'REFUSED']);
    const undo =
      closing.operation.state === 'DONE'
        ? settledAfter(0, 'reopenPatron', { patronId })
        : library.giveBack(copy);
    expect(await undo, `${offsetMs} ms`).toMatchObject(done);
  }
  for (const system of [prs, cms, circ]) {
    system.faults.set([]);
  }
  process.stdout.write(`${[...told].map(([outcome, times]) => `${times} × ${outcome}`).join('\n')}\n`);
});
