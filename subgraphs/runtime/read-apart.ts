import { UpstreamError } from '../../adapters/soap/port.ts';

/** A key whose record could not be decoded, even when it was requested alone. */
export interface Unreadable {
  readonly key: string;
  readonly error: UpstreamError;
}

export interface ReadApart<Answer> {
  /** The answers of the successful readings, in the order of the keys. One answer may cover several keys. */
  readonly answers: readonly Answer[];
  readonly unreadable: readonly Unreadable[];
}

/** Whether a legacy system's answer could not be decoded. A repeated request mostly gets the same answer. */
export const isInvalidResponse = (error: unknown): error is UpstreamError =>
  error instanceof UpstreamError && error.reason === 'invalid-response';

/**
 * Reads all keys at once. If the answer can't be decoded, reads smaller and smaller batches, until the invalid records
 * are found. An adapter rejects a whole answer if one record has, for example, a date that doesn't exist. The other
 * records must not wait until that record is corrected.
 *
 * Before the batches, `ping` must succeed. If a proxy answers with a page of its own, every answer is invalid, and no
 * record is to blame.
 *
 * @example
 * // c can't be decoded: [a b c d] fails; [a b] is read; [c d] fails; [c] fails; [d] is read
 * // → answers for [a b] and [d], and c is unreadable. 100 keys with one invalid record take 14 more readings.
 *
 * @param isOfRecord whether one record may be to blame for the error
 * @throws the errors of `read`, unless one record may be to blame; UpstreamError of `ping`
 */
export async function readApart<Answer>(
  keys: readonly string[],
  read: (keys: readonly string[]) => Promise<Answer>,
  ping: () => Promise<void>,
  isOfRecord: (error: unknown) => error is UpstreamError = isInvalidResponse,
): Promise<ReadApart<Answer>> {
  try {
    return { answers: [await read(keys)], unreadable: [] };
  } catch (error) {
    if (!isOfRecord(error)) {
      throw error;
    }
    await ping();
    if (keys.length <= 1) {
      return { answers: [], unreadable: keys.map((key) => ({ key, error })) };
    }
    const middle = Math.ceil(keys.length / 2);
    const first = await readApart(keys.slice(0, middle), read, pinged, isOfRecord);
    const second = await readApart(keys.slice(middle), read, pinged, isOfRecord);
    return {
      answers: [...first.answers, ...second.answers],
      unreadable: [...first.unreadable, ...second.unreadable],
    };
  }
}

/** Replaces the ping for the halves of a batch: one ping before the whole batch is enough. */
const pinged = async (): Promise<void> => {};
