/**
 * This process as one of several workers. A process that is not a worker has no fellow workers, and handles signals
 * itself.
 */
import cluster from 'node:cluster';
import { type Question, type ToPrimary, toWorker } from './messages.ts';

/**
 * The number of one worker among all: the third of four is `{ index: 3, count: 4 }`. A restarted worker has the same
 * number.
 */
export interface WorkerNumber {
  readonly index: number;
  readonly count: number;
}

/**
 * The variable that contains the number of a worker, as `3/4`. The primary process sets it for each worker, and
 * operators never do.
 */
export const workerVariable = 'WORKER';
export const workerNumberText = ({ index, count }: WorkerNumber): string => `${index}/${count}`;

/** Time for the primary to ask the other workers, in ms. The primary's own timeout for their answers is shorter. */
const askTimeoutMs = 3000;

const answers = new Map<Question, () => Promise<unknown>>([['alive', async () => true]]);
const asked = new Map<number, (answers: readonly unknown[]) => void>();
let lastId = 0;
const input = Promise.withResolvers<WorkerInput>();
/** Null until there is a function that takes the primary's next inputs. */
let takeNextInput: ((input: unknown) => void) | null = null;
/** The inputs that arrived before `takeNextInput` was set. Only the last input counts. */
const waitingInputs: unknown[] = [];
/** Stops this worker. By default it ends at once. `onStop` replaces this function when there is something to close. */
let stop = (_signal: string): void => process.exit(0);

/**
 * If this process is a worker, makes it obey the primary. Must be called before anything else. A worker ignores
 * signals, which a terminal or a service manager may send to the whole group. The primary handles them.
 *
 * `env` is the environment that the primary gave to this process. Returns null if the process is not a worker.
 */
export function joinWorkers(env: NodeJS.ProcessEnv): WorkerNumber | null {
  if (!cluster.isWorker) {
    return null;
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => {});
  }
  process.on('message', (message) => void obey(message));
  const [index = Number.NaN, count = Number.NaN] = (env[workerVariable] ?? '').split('/').map(Number);
  return { index, count };
}

/** Must be called if this worker can't start. Otherwise the open channel to the primary keeps the process running. */
export function leaveWorkers(): void {
  process.channel?.unref();
}

/** The data that the primary gives to a worker at its start. */
export interface WorkerInput {
  readonly input: unknown;
  /**
   * The data that the earlier worker with this number, or another worker, left for its successor. Null if there is none.
   */
  readonly handover: unknown;
}

export function askForInput(): Promise<WorkerInput> {
  tell({ kind: 'inputWanted' });
  return input.promise;
}

/** Sets the function that is called when the primary has another input for this worker. */
export function onNextInput(take: (input: unknown) => void): void {
  takeNextInput = take;
  waitingInputs.splice(0).slice(-1).forEach(take);
}

/**
 * Reports why this process can't start. A worker sends the reason to the primary, which knows whether other workers
 * serve. Other processes write the reason on standard error.
 */
export function announceRefusal(reason: string): void {
  if (cluster.isWorker) {
    tell({ kind: 'refused', reason });
  } else {
    process.stderr.write(`${reason}\n`);
  }
}

/**
 * Sets the function that is called when the primary stops this worker. The function gets the primary's signal, or
 * `replaced` if another worker has replaced it, or `an error`.
 */
export function onStop(stopWorker: (signal: string) => void): void {
  stop = stopWorker;
}

/**
 * Reports that this process serves. A worker sends the line to the primary, which prints it once for all workers. Other
 * processes print the line on standard output.
 */
export function announceStarted(line: string): void {
  if (cluster.isWorker) {
    tell({ kind: 'started', line });
  } else {
    process.stdout.write(line);
  }
}

/** Sets how this worker answers `question`. The answer must be representable in JSON. */
export function answerWith(question: Question, answer: () => Promise<unknown>): void {
  answers.set(question, answer);
}

/**
 * Asks the other workers that listen. Resolves to an empty list if there are none. An answer is null if a worker
 * doesn't answer within seconds, or can't answer yet.
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
    case 'input':
      input.resolve({ input: parsed.input, handover: parsed.handover });
      return;
    case 'nextInput':
      (takeNextInput ?? ((next) => waitingInputs.push(next)))(parsed.input);
      return;
    case 'answers':
      asked.get(parsed.id)?.(parsed.answers);
      return;
    case 'question': {
      const { id, question } = parsed;
      // Null means no answer.
      const answer = await answers
        .get(question)?.()
        .catch(() => null);
      tell({ kind: 'answer', id, answer: answer ?? null });
    }
  }
}

/** Errors are ignored. Sending fails only when the primary has ended, and then this process ends, too. */
function tell(message: ToPrimary): void {
  process.send?.(message, undefined, undefined, () => {});
}
