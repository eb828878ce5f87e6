import { isXmlText } from '../../../adapters/soap/contract/simple-types.ts';
import { UpstreamError, type UpstreamReason, type UpstreamSystem } from '../../../adapters/soap/port.ts';

/** What may become of a change: it does not get there, its answer does not get back, or the system is too busy for it. */
export type Mishap = 'request lost' | 'answer lost' | 'busy';

/** The line to a system that is but a few maps: up, down, or with a mishap ahead. */
export class Line {
  readonly #system: UpstreamSystem;
  isUp = true;
  /** What becomes of the next change. */
  mishap: Mishap | null = null;

  constructor(system: UpstreamSystem) {
    this.#system = system;
  }

  async read<T>(signal: AbortSignal, answer: () => T): Promise<T> {
    this.#reach(signal);
    const told = answer();
    // As over any wire, it is not there at once.
    await null;
    if (signal.aborted) {
      throw this.#failure('cancelled');
    }
    return told;
  }

  /** `maySend`: the caller's own word on it; only circulation asks for one. */
  async change<T>(signal: AbortSignal, act: () => T, maySend: () => boolean = () => true): Promise<T> {
    this.#reach(signal);
    if (!maySend()) {
      throw this.#failure('cancelled');
    }
    const { mishap } = this;
    this.mishap = null;
    if (mishap === 'busy') {
      throw this.#failure('busy');
    }
    if (mishap === 'request lost') {
      throw this.#failure('outcome-unknown');
    }
    const done = act();
    if (mishap === 'answer lost') {
      throw this.#failure('outcome-unknown');
    }
    return done;
  }

  #reach(signal: AbortSignal): void {
    if (signal.aborted) {
      throw this.#failure('cancelled');
    }
    if (!this.isUp) {
      throw this.#failure('unreachable');
    }
  }

  #failure(reason: UpstreamReason): UpstreamError {
    return new UpstreamError(this.#system, reason, 'in memory');
  }
}

/** A `RangeError` unless it is 1 to `most`. */
export function checkRows(first: number, most: number): void {
  if (!Number.isInteger(first) || first < 1 || first > most) {
    throw new RangeError(`first is ${first}: 1 to ${most} is wanted`);
  }
}

export function checkReference(reference: string): void {
  if (reference === '') {
    throw new RangeError('the reference is empty: one of its own for each change is wanted');
  }
}

/** Whether there is no text in it, at any depth, that no system could be told. */
export function isTellable(value: unknown): boolean {
  if (typeof value === 'string') {
    return isXmlText(value);
  }
  return typeof value !== 'object' || value === null || Object.values(value).every(isTellable);
}
