import { wait } from '../settle.ts';

/** Waits for `ms`. In a browser, ends earlier if the browser comes online again. */
export async function untilOnline(ms: number, signal: AbortSignal): Promise<void> {
  const online = new AbortController();
  const wake = () => online.abort();
  globalThis.addEventListener?.('online', wake);
  try {
    await wait(ms, AbortSignal.any([signal, online.signal]));
  } catch (error) {
    if (!online.signal.aborted || signal.aborted) {
      throw error;
    }
  } finally {
    globalThis.removeEventListener?.('online', wake);
  }
}
