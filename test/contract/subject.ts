import { expect } from 'vitest';
import { UpstreamError, type UpstreamReason } from '../../adapters/soap/port.ts';
import type { Mishap } from '../support/memory/line.ts';

/** An implementation of a port under test, over the data of `simulators/seed.json`. */
export interface Subject<Port> extends AsyncDisposable {
  readonly port: Port;
  /** The system behind it is gone, and back. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /**
   * What becomes of the next change: its request does not get there; it is made, and the answer does not get back; the
   * system is too busy for it. Reads are as ever.
   */
  befall(mishap: Mishap): void;
  /** So many ms pass for the system; it begins at `beginning`. */
  pass(ms: number): void;
}

/** Half past one in the morning of 25 November 2026, in Hong Kong. */
export const beginning = new Date('2026-11-24T17:30:00Z');
export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;

/** Opens a subject of its own for each test. */
export type Opening<Port> = () => Promise<Subject<Port>>;

/** A signal that nobody aborts. */
export const anySignal = (): AbortSignal => new AbortController().signal;

/** Fails the test unless the call rejects with an `UpstreamError` of that reason, whose message tells no value. */
export async function expectUpstream(
  call: Promise<unknown>,
  reason: UpstreamReason,
  values: readonly string[] = [],
): Promise<void> {
  const error: unknown = await call.then(
    () => 'resolved',
    (rejection: unknown) => rejection,
  );
  expect(error).toBeInstanceOf(UpstreamError);
  expect(error).toMatchObject({ reason });
  for (const value of values) {
    expect(String(error)).not.toContain(value);
  }
}
