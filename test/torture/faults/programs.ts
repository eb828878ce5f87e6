import { setTimeout as sleep } from 'node:timers/promises';
import type { Replica } from '../system/replica.ts';

/** The pause between two looks whether a replica is available, in ms. */
const pollMs = 50;

/**
 * The program of each replica in a rolling upgrade. The first replica of a subgraph runs the new program from the
 * beginning, and the others the earlier program until `upgrade`.
 */
export class Programs {
  readonly #root: string;
  readonly #before: string | null;
  readonly #old = new Set<Replica>();
  #isUpgraded = false;

  /** @param before the root of the earlier program; null if there is none */
  constructor(root: string, before: string | null) {
    this.#root = root;
    this.#before = before;
  }

  /** Returns the root of the source tree of the next start of the replica with this index within its subgraph. */
  rootOf(index: number): () => string {
    const before = index === 0 ? null : this.#before;
    return () => (before === null || this.#isUpgraded ? this.#root : before);
  }

  note(index: number, replica: Replica): Replica {
    if (index > 0 && this.#before !== null) {
      this.#old.add(replica);
    }
    return replica;
  }

  isOld(replica: Replica): boolean {
    return this.#old.has(replica);
  }

  /** Kills each replica that runs the earlier program, and starts it with the new one. */
  async upgrade(upgraded: (replica: Replica) => void): Promise<void> {
    this.#isUpgraded = true;
    for (const replica of this.#old) {
      while (!replica.isAvailable) {
        await sleep(pollMs);
      }
      await replica.kill();
      await replica.start();
      upgraded(replica);
    }
    this.#old.clear();
  }
}
