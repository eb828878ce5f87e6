import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { askControl } from '../../peers/revenue/raw-request.ts';
import { type RevenuePeer, startRevenuePeer } from '../../peers/revenue/start.ts';
import type { Killable } from '../faults/replica-faults.ts';

const ledgerBooks = z.object({
  ledger: z.object({
    effects: z.array(
      z.object({
        type: z.string(),
        patron: z.string(),
        ref: z.string().nullable(),
        order: z.string().nullable(),
        charges: z.array(z.string()),
        cents: z.number(),
        applied: z.string(),
      }),
    ),
    charges: z.array(
      z.object({
        chargeNo: z.string(),
        cents: z.number(),
        paid: z.number(),
        waived: z.number(),
        outstanding: z.number(),
      }),
    ),
    orders: z.array(
      z.object({ orderNo: z.string(), merchantRef: z.string(), state: z.string(), cents: z.number() }),
    ),
  }),
});
/** All that the foreign payment system has. The effects are in the order in which they were applied. */
export type RevenueBooks = z.infer<typeof ledgerBooks>['ledger'];

/** The time between two looks whether the process is up again, in ms. */
const pollMs = 50;

/** The foreign payment system in Python: a process that can crash, start again with its ledger, and fall silent. */
export class RevenueSystem implements Killable, AsyncDisposable {
  readonly #folder: string;
  #peer: RevenuePeer;
  #isUp = true;
  /** Controls, of which a crash must not lose the answer. */
  #controls = 0;
  readonly #end = () => this.#peer.child.kill('SIGKILL');

  private constructor(folder: string, peer: RevenuePeer) {
    this.#folder = folder;
    this.#peer = peer;
    // A silent process would not notice that this one has ended.
    process.on('exit', this.#end);
  }

  static async start(): Promise<RevenueSystem> {
    return new RevenueSystem(await mkdtemp(join(tmpdir(), 'torture-rps-')), await startRevenuePeer());
  }

  /** The address of the service, which a crash doesn't change. */
  get url(): string {
    return this.#peer.url;
  }

  get stack(): string {
    return this.#peer.stack;
  }

  get isAvailable(): boolean {
    return this.#isUp;
  }

  /** Asks the control, as soon as the process is up. */
  async control(asked: object): ReturnType<typeof askControl> {
    while (!this.#isUp) {
      await sleep(pollMs);
    }
    this.#controls += 1;
    try {
      return await askControl(this.url, asked);
    } finally {
      this.#controls -= 1;
    }
  }

  async setFaults(faults: readonly object[]): Promise<void> {
    if (this.#isUp) {
      // The faults end with the process. If it crashes, they are drawn again.
      await fetch(new URL('/_faults', this.url), { method: 'PUT', body: JSON.stringify({ faults }) }).catch(
        () => {},
      );
    }
  }

  async readBooks(): Promise<RevenueBooks> {
    return ledgerBooks.parse((await this.control({ ledger: true })).answer).ledger;
  }

  get #ledgerFile(): string {
    return join(this.#folder, 'ledger');
  }

  /** Crashes: what was applied is kept, and all requests that wait are lost. */
  async kill(): Promise<void> {
    this.#isUp = false;
    while (this.#controls > 0) {
      await sleep(pollMs);
    }
    const exit = once(this.#peer.child, 'exit');
    await askControl(this.url, { crash: this.#ledgerFile }).catch(() => {});
    await exit;
  }

  async start(): Promise<void> {
    const port = Number(new URL(this.url).port);
    this.#peer = await startRevenuePeer(undefined, { port, ledger: this.#ledgerFile });
    this.#isUp = true;
  }

  /** Falls silent: connections are accepted by the kernel, and nothing is answered. */
  silence(): void {
    this.#peer.child.kill('SIGSTOP');
  }

  speak(): void {
    this.#peer.child.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#end);
    await this.#peer[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true });
  }
}
