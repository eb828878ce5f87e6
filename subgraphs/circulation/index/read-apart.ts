import { UpstreamError } from '../../../adapters/soap/port.ts';

/** A key whose answer could not be decoded, asked for by itself. */
export interface Unreadable {
  readonly key: string;
  readonly error: UpstreamError;
}

export interface ReadApart<Answer> {
  /** What was read, in the order of the keys: one answer for all of them, or several. */
  readonly answers: readonly Answer[];
  readonly unreadable: readonly Unreadable[];
}

/** Whether a legacy system's answer could not be decoded. It will mostly give the same answer again. */
export const isInvalidResponse = (error: unknown): error is UpstreamError =>
  error instanceof UpstreamError && error.reason === 'invalid-response';

/**
 * Reads all keys at once. If the answer can't be decoded, reads ever smaller batches of them, down to the keys that are to
 * blame. An adapter rejects a whole answer for one record with a date that doesn't exist, and the others must not wait until
 * somebody corrects it.
 *
 * Before that, `ping` must succeed: a proxy that puts its own page in front of a system makes every answer invalid, and then no
 * record is to blame.
 *
 * @example
 * // c can't be decoded: [a b c d] fails; [a b] is read; [c d] fails; [c] fails; [d] is read
 * // → answers for [a b] and [d], and c is unreadable. 100 keys with one such take 14 more readings.
 *
 * @throws whatever `read` rejects with for any other reason; UpstreamError of `ping`
 */
export async function readApart<Answer>(
  keys: readonly string[],
  read: (keys: readonly string[]) => Promise<Answer>,
  ping: () => Promise<void>,
): Promise<ReadApart<Answer>> {
  try {
    return { answers: [await read(keys)], unreadable: [] };
  } catch (error) {
    if (!isInvalidResponse(error)) {
      throw error;
    }
    await ping();
    if (keys.length <= 1) {
      return { answers: [], unreadable: keys.map((key) => ({ key, error })) };
    }
    const middle = Math.ceil(keys.length / 2);
    const first = await readApart(keys.slice(0, middle), read, pinged);
    const second = await readApart(keys.slice(middle), read, pinged);
    return {
      answers: [...first.answers, ...second.answers],
      unreadable: [...first.unreadable, ...second.unreadable],
    };
  }
}

/** For the halves of a batch: the system was pinged once. */
const pinged = async (): Promise<void> => {};
