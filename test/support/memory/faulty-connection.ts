import { isXmlText } from '../../../adapters/soap/contract/simple/xml-text.ts';
import { UpstreamError, type UpstreamReason, type UpstreamSystem } from '../../../adapters/soap/port.ts';

/** A fault of a change: the request is lost, its answer is lost, or the system is busy. */
export type Mishap = 'request lost' | 'answer lost' | 'busy';

/** The connection to a system in memory. It can be down, or have a fault for the next change. */
export class FaultyConnection {
  readonly #system: UpstreamSystem;
  isUp = true;
  /** The fault of the next change; null if there is none. */
  mishap: Mishap | null = null;

  constructor(system: UpstreamSystem) {
    this.#system = system;
  }

  async read<T>(signal: AbortSignal, answer: () => T): Promise<T> {
    this.#reach(signal);
    const told = answer();
    // As on a network, the answer does not come at once.
    await null;
    if (signal.aborted) {
      throw this.#failure('cancelled');
    }
    return told;
  }

  /** Makes a change. `maySend` asks the caller right before the request is sent. Only circulation uses it. */
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

/** @throws RangeError unless `first` is from 1 to `most` */
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

/** Whether every text in the value, at any depth, can be sent to a system. */
export function isTellable(value: unknown): boolean {
  if (typeof value === 'string') {
    return isXmlText(value);
  }
  return typeof value !== 'object' || value === null || Object.values(value).every(isTellable);
}
