import { expect } from 'vitest';
import { UpstreamError, type UpstreamReason } from '../../adapters/soap/port.ts';

/** An implementation of a port under test, over the data of `test/legacy/seed.json`. */
export interface Subject<Port> extends AsyncDisposable {
  readonly port: Port;
  /** The system behind it is gone, and back. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

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
  for (const value of values) expect(String(error)).not.toContain(value);
}
