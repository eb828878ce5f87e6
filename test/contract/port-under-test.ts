import { expect } from 'vitest';
import { UpstreamError, type UpstreamReason } from '../../adapters/soap/port.ts';
import type { Mishap } from '../support/memory/faulty-connection.ts';

/** An implementation of a port under test. It has the data of `simulators/seed.json`. */
export interface PortUnderTest<Port> extends AsyncDisposable {
  readonly port: Port;
  /** Switches the system behind the port off, and on again. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /**
   * Chooses a mishap for the next change: its request is lost, its answer is lost, or the system is too busy. Reads are
   * not affected.
   */
  befall(mishap: Mishap): void;
  /** Moves the system's clock forward by this many ms. The clock starts at `beginning`. */
  pass(ms: number): void;
}

/** 01:30 on 25 November 2026 in Hong Kong, where the day differs from the day in UTC. */
export const beginning = new Date('2026-11-24T17:30:00Z');
export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;

/** Opens a new subject. Each test has its own. */
export type Opening<Port> = () => Promise<PortUnderTest<Port>>;

/** A signal that is never aborted. */
export const anySignal = (): AbortSignal => new AbortController().signal;

/**
 * Fails the test unless the call rejects with an `UpstreamError` that has `reason`. The error's message must contain
 * none of the `values`.
 */
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
