/**
 * A harmless client in a thread of its own: sends the smallest query again and again, and reports the longest time that it
 * waited.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Client } from 'undici';

/** Milliseconds between two requests. */
const pauseMs = 2;
const body = JSON.stringify({ query: '{ __typename }' });

export interface SecondClient extends AsyncDisposable {
  reset(): void;
  /** The longest wait for an answer since then, in ms; a pending request counts. */
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
