/**
 * A harmless client in a thread of its own. It sends the smallest query again and again, and reports its longest wait.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Client } from 'undici';

/** The pause between two requests, in ms. */
const pauseMs = 2;
const body = JSON.stringify({ query: '{ __typename }' });

export interface SecondClient extends AsyncDisposable {
  reset(): void;
  /** The longest wait for an answer since the last `reset`, in ms. A pending request is not included. */
  worstMs(): Promise<number>;
}

export function startSecondClient(url: URL): SecondClient {
  const worker = new Worker(new URL(import.meta.url), { workerData: url.href });
  return {
    reset: () => worker.postMessage('reset'),
    worstMs() {
      const { promise, resolve } = Promise.withResolvers<number>();
      worker.once('message', resolve);
      worker.postMessage('worst');
      return promise;
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

async function askOnAndOn(url: URL): Promise<void> {
  const client = new Client(url.origin);
  let worst = 0;
  let began = performance.now();
  parentPort?.on('message', (message) => {
    if (message === 'reset') {
      worst = 0;
    } else {
      parentPort?.postMessage(worst);
    }
  });
  for (;;) {
    began = performance.now();
    const answer = await client.request({
      method: 'POST',
      path: url.pathname,
      headers: { 'content-type': 'application/json' },
      body,
    });
    await answer.body.dump();
    worst = Math.max(worst, performance.now() - began);
    await sleep(pauseMs);
  }
}

if (!isMainThread) {
  await askOnAndOn(new URL(String(workerData)));
}
