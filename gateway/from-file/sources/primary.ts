import { onNextInput } from '../../../platform/lifecycle/workers/worker.ts';
import type { SourceListener, SupergraphSource } from './source.ts';

/** A source for workers. The primary process sends the supergraphs to the worker, and `text` is the first. */
export const primarySource = (title: string, text: string): SupergraphSource => ({
  title,
  open: async () => ({ text, watch: takeNextInputs }),
});

async function takeNextInputs({ changed }: SourceListener, signal: AbortSignal): Promise<void> {
  let taking = Promise.resolve();
  onNextInput((input) => {
    taking = taking.then(() => (signal.aborted ? undefined : changed(String(input))));
  });
  const aborted = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => aborted.resolve());
  await aborted.promise;
  await taking;
}
