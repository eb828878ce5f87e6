import { SharedStateUnavailable } from './port.ts';

/** Calls `ask`. @throws SharedStateUnavailable instead of any other error. */
export async function asUnavailable<Result>(ask: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/^journal: /, '') : 'no reason given';
    throw new SharedStateUnavailable(`shared state: ${message}`);
  }
}
