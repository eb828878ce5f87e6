import { UpstreamError } from '../../../adapters/soap/port.ts';

/** A key whose answer could not be decoded, asked for by itself. */
export interface Unreadable {
  readonly key: string;
  readonly error: UpstreamError;
}

export interface ReadApart<Part> {
  /** What was read, in the order of the keys: of all of them at once, or of several parts. */
  readonly parts: readonly Part[];
  readonly unreadable: readonly Unreadable[];
}

/** Whether a legacy system's answer could not be decoded: it will mostly answer the same again. */
export const isInvalidResponse = (error: unknown): error is UpstreamError =>
  error instanceof UpstreamError && error.reason === 'invalid-response';

/**
 * Reads keys at once, and where the answer can't be decoded in ever smaller parts, down to the keys that are to blame: an adapter rejects
 * a whole answer for one record with a date that doesn't exist, and the others must not wait until somebody mends it.
 *
 * Before that, `ping` must succeed: a proxy that puts its own page in front of a system makes every answer invalid, and then no
 * record is to blame.
 *
 * @example
 * // c can't be decoded: [a b c d] fails; [a b] is read; [c d] fails; [c] fails; [d] is read
 * // → parts [a b], [d], and c is unreadable. 100 keys with one such take 14 more readings.
 *
 * @throws whatever `read` rejects with for any other reason; UpstreamError of `ping`
 */
export async function readApart<Part>(
  keys: readonly string[],
  read: (keys: readonly string[]) => Promise<Part>,
  ping: () => Promise<void>,
): Promise<ReadApart<Part>> {
  try {
    return { parts: [await read(keys)], unreadable: [] };
  } catch (error) {
    if (!isInvalidResponse(error)) {
      throw error;
    }
    await ping();
    if (keys.length <= 1) {
      return { parts: [], unreadable: keys.map((key) => ({ key, error })) };
    }
    const middle = Math.ceil(keys.length / 2);
    const first = await readApart(keys.slice(0, middle), read, answers);
    const second = await readApart(keys.slice(middle), read, answers);
    return {
      parts: [...first.parts, ...second.parts],
      unreadable: [...first.unreadable, ...second.unreadable],
    };
  }
}

/** For the parts of a batch: the system was asked once. */
const answers = async (): Promise<void> => {};
