import { randomInt } from 'node:crypto';
import { type Fault, type FaultRequest, type FaultySystem, parsePlan } from './schema.ts';

/** A request that was hit by a fault. */
export interface Hit {
  /** `(unreadable)` if the request names no operation. */
  readonly operation: string;
  readonly kind: Fault['kind'];
  /** Whether the system applied the request in spite of the fault. */
  readonly applied: boolean;
}

export interface FaultStatus {
  /**
   * The seed of the random choices. The same seed, faults and requests always lead to the same hits. Null if no faults
   * were ever set.
   */
  readonly seed: number | null;
  /** The faults. If several apply to a request, the first in this order hits it. */
  readonly faults: readonly (Fault & { readonly hits: number; readonly requestsApplied: number })[];
  /** The latest requests that were hit by a fault, oldest first. */
  readonly recent: readonly Hit[];
}

/**
 * The faults of one system. Over HTTP they are set, read and cleared with `PUT`, `GET` and `DELETE /_faults`.
 *
 * @example
 * // About a third of the answers to check-outs are lost. The next run loses the same answers.
 * simulators.circ.faults.set([{ kind: 'reset-after', operations: ['CheckOut'], rate: 0.33 }], 42);
 */
export interface Faults {
  /**
   * Replaces the faults. `seed` must be below 2^32. Without `seed`, a random seed is used, and printed if a rate is
   * below 1, so that the same hits can be repeated.
   * @throws InvalidFaults
   */
  set(faults: readonly FaultRequest[], seed?: number): FaultStatus;
  /** Removes all faults. A fault still applies to requests that it has already hit. */
  clear(): void;
  readonly status: FaultStatus;
}

/** The maximum number of hits that are remembered. */
const MAX_RECENT = 200;

export interface DrawnFault {
  readonly fault: Fault;
  /** Records that the request was applied in spite of the fault. */
  markApplied(): void;
}

interface Entry {
  readonly fault: Fault;
  hits: number;
  requestsApplied: number;
}

export class FaultPlan implements Faults {
  readonly #system: FaultySystem;
  #seed: number | null = null;
  #entries: readonly Entry[] = [];
  /** The number of requests since the faults were set, by operation. */
  #counts = new Map<string, number>();
  #recent: { operation: string; kind: Fault['kind']; applied: boolean }[] = [];

  constructor(system: FaultySystem) {
    this.#system = system;
  }

  set(faults: readonly FaultRequest[], seed?: number): FaultStatus {
    return this.setUnchecked({ faults, seed });
  }

  /** Does the same as `set`, but for unchecked input. @throws InvalidFaults */
  setUnchecked(input: unknown): FaultStatus {
    const { seed, faults } = parsePlan(input, this.#system);
    this.#seed = seed ?? randomInt(0x1_0000_0000);
    this.#entries = faults.map((fault) => ({ fault, hits: 0, requestsApplied: 0 }));
    this.#counts = new Map();
    this.#recent = [];
    if (seed === undefined && faults.some(({ rate }) => rate < 1)) {
      process.stderr.write(`${this.#system.path}: faults from seed ${this.#seed}\n`);
    }
    return this.status;
  }

  clear(): void {
    this.#entries = [];
  }

  get status(): FaultStatus {
    const faults = this.#entries.map(({ fault, hits, requestsApplied }) => ({
      ...fault,
      hits,
      requestsApplied,
    }));
    return { seed: this.#seed, faults, recent: this.#recent.map((hit) => ({ ...hit })) };
  }

  /**
   * Returns the fault that hits this request, or null. The random choice depends on the seed, the fault's index, the
   * operation, and the number of requests for this operation so far. So the order among requests for different operations
   * has no effect.
   */
  draw(operation: string): DrawnFault | null {
    if (this.#entries.length === 0) {
      return null;
    }
    const count = (this.#counts.get(operation) ?? 0) + 1;
    this.#counts.set(operation, count);
    const met = this.#entries.find(({ fault, hits }, index) => {
      if (hits >= (fault.times ?? Number.POSITIVE_INFINITY)) {
        return false;
      }
      if (fault.operations !== undefined && !fault.operations.includes(operation)) {
        return false;
      }
      if (fault.kind === 'expired-session' && operation === 'Login') {
        return false;
      }
      return chance(`${this.#seed}/${index}/${operation}/${count}`) < fault.rate;
    });
    return met === undefined ? null : this.#recordHit(met, operation);
  }

  #recordHit(entry: Entry, operation: string): DrawnFault {
    entry.hits += 1;
    const hit = { operation, kind: entry.fault.kind, applied: false };
    this.#recent.push(hit);
    if (this.#recent.length > MAX_RECENT) {
      this.#recent.shift();
    }
    return {
      fault: entry.fault,
      markApplied() {
        hit.applied = true;
        entry.requestsApplied += 1;
      },
    };
  }
}

/**
 * Returns an evenly distributed number from 0 to below 1, always the same for the same text. The hash is FNV-1a with
 * murmur3's finalizer.
 */
function chance(text: string): number {
  let hash = 0x811c_9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
