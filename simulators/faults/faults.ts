import { randomInt } from 'node:crypto';
import type { Vendor } from '../vendor.ts';
import { type Fault, type FaultRequest, parsePlan } from './schema.ts';

/** One request that met a fault. */
export interface Hit {
  /** `(unreadable)` where it could not be told. */
  readonly operation: string;
  readonly kind: Fault['kind'];
  /** Whether the system did what was asked for, as far as it would have without the fault. */
  readonly applied: boolean;
}

export interface FaultStatus {
  /** The same seed, faults and requests make the same requests fail; null where none was ever set. */
  readonly seed: number | null;
  /** In the order in which they are tried: the first that strikes is the one. */
  readonly faults: readonly (Fault & { readonly hits: number; readonly requestsApplied: number })[];
  /** The latest requests that met a fault, oldest first. */
  readonly recent: readonly Hit[];
}

/** The faults of one system, on demand: the same over HTTP as `PUT`, `GET` and `DELETE /_faults`. */
export interface Faults {
  /**
   * From now on, these and no others. `seed`: below 2^32; without one, one is made, and printed where chance has a part
   * in it. Throws `InvalidFaults`.
   */
  set(faults: readonly FaultRequest[], seed?: number): FaultStatus;
  /** No faults from now on; requests that have met one go on with it. */
  clear(): void;
  readonly status: FaultStatus;
}

/** How many of the latest hits are remembered. */
const MAX_RECENT = 200;

/** A request's fault, and what is written down of it. */
export interface Strike {
  readonly fault: Fault;
  /** Write down that the request was applied. */
  markApplied(): void;
}

interface Entry {
  readonly fault: Fault;
  hits: number;
  requestsApplied: number;
}

/** Which request meets which fault. */
export class FaultPlan implements Faults {
  readonly #vendor: Vendor;
  #seed: number | null = null;
  #entries: readonly Entry[] = [];
  /** Requests so far, by operation. */
  #counts = new Map<string, number>();
  #recent: { operation: string; kind: Fault['kind']; applied: boolean }[] = [];

  constructor(vendor: Vendor) {
    this.#vendor = vendor;
  }

  set(faults: readonly FaultRequest[], seed?: number): FaultStatus {
    return this.setUnchecked({ faults, ...(seed !== undefined && { seed }) });
  }

  /** As `set`, with whatever came from outside. */
  setUnchecked(given: unknown): FaultStatus {
    const { seed, faults } = parsePlan(given, this.#vendor);
    this.#seed = seed ?? randomInt(0x1_0000_0000);
    this.#entries = faults.map((fault) => ({ fault, hits: 0, requestsApplied: 0 }));
    this.#counts = new Map();
    this.#recent = [];
    if (seed === undefined && faults.some(({ rate }) => rate < 1)) {
      process.stderr.write(`${this.#vendor.path}: faults from seed ${this.#seed}\n`);
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
   * The fault that this request meets, or null. Chance is drawn from the seed, the fault's place, the operation and how
   * many requests for it came before: how requests for different operations interleave changes nothing.
   */
  draw(operation: string): Strike | null {
    if (this.#entries.length === 0) {
      return null;
    }
    const count = (this.#counts.get(operation) ?? 0) + 1;
    this.#counts.set(operation, count);
    const struck = this.#entries.find(({ fault, hits }, index) => {
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
    return struck === undefined ? null : this.#strike(struck, operation);
  }

  #strike(entry: Entry, operation: string): Strike {
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

/** 0 to below 1, evenly, and always the same for the same text: FNV-1a, its bits mixed as murmur3 ends. */
function chance(text: string): number {
  let hash = 0x811c_9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
