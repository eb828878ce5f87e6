/** This process as one of several workers. Where it is the only one, it has no fellow workers, and obeys signals itself. */
import cluster from 'node:cluster';
import { type Question, type ToPrimary, toWorker } from './messages.ts';

/** Which worker of how many: the third of four is `{ index: 3, count: 4 }`. A worker that is started again has the same place. */
export interface WorkerPlace {
  readonly index: number;
  readonly count: number;
}

/** The variable in which the primary process tells each worker its place, as `3/4`. Nobody else sets it. */
export const placeVariable = 'WORKER';
export const placeText = ({ index, count }: WorkerPlace): string => `${index}/${count}`;

/** Time for the primary to ask the others, in ms. Its own timeout is shorter. */
const askTimeoutMs = 3000;

const answers = new Map<Question, () => Promise<unknown>>([['alive', async () => true]]);
const asked = new Map<number, (answers: readonly unknown[]) => void>();
let lastId = 0;
/** Until there is something to close, a worker that is told to stop ends at once. */
let stop = (_signal: string): void => process.exit(0);

/**
 * Makes this process obey the primary, where it is a worker. To be called before all else. A worker ignores signals: a terminal or
 * a service manager may send them to the whole group, and the primary alone knows what is to be done.
 *
 * `env`: the environment that the primary gave to it. Null where the process is no worker.
 */
export function joinWorkers(env: NodeJS.ProcessEnv): WorkerPlace | null {
  if (!cluster.isWorker) {
    return null;
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => {});
  }
  process.on('message', (message) => void obey(message));
  const [index = Number.NaN, count = Number.NaN] = (env[placeVariable] ?? '').split('/').map(Number);
  return { index, count };
}

/** The channel to the primary keeps a worker running. A worker that can't start closes it, and ends with its own exit code. */
export function leaveWorkers(): void {
  process.channel?.unref();
}

/** What happens when the primary tells this worker to stop, because it got that signal. */
export function onStop(stopWorker: (signal: string) => void): void {
  stop = stopWorker;
}

/** Says that this process serves: to the primary, which prints it once for all workers, or on standard output. */
export function announceStarted(line: string): void {
  if (cluster.isWorker) {
    tell({ kind: 'started', line });
  } else {
    process.stdout.write(line);
  }
}

/** How this worker answers that question: with what JSON can hold. */
export function answerWith(question: Question, answer: () => Promise<unknown>): void {
  answers.set(question, answer);
}

/**
 * Asks the other workers that listen. Empty where there are none; null for one that doesn't answer within seconds, or can't
 * answer yet.
 */
export function askFellowWorkers(question: Question): Promise<readonly unknown[]> {
  if (!cluster.isWorker) {
    return Promise.resolve([]);
  }
  lastId += 1;
  const id = lastId;
  return new Promise((resolve) => {
    const finish = (received: readonly unknown[]) => {
      clearTimeout(timer);
      asked.delete(id);
      resolve(received);
    };
    const timer = setTimeout(() => finish([null]), askTimeoutMs);
    asked.set(id, finish);
    tell({ kind: 'ask', id, question });
  });
}

async function obey(message: unknown): Promise<void> {
  const parsed = toWorker.parse(message);
  switch (parsed.kind) {
    case 'stop':
      stop(parsed.signal);
      return;
    case 'answers':
      asked.get(parsed.id)?.(parsed.answers);
      return;
    case 'question': {
      const { id, question } = parsed;
      // Null stands for no answer.
      const answer = await answers
        .get(question)?.()
        .catch(() => null);
      tell({ kind: 'answer', id, answer: answer ?? null });
    }
  }
}

/** The channel closes with the primary, and then this process ends, too. */
function tell(message: ToPrimary): void {
  process.send?.(message, undefined, undefined, () => {});
}
