import cluster, { type Worker } from 'node:cluster';
import { setTimeout as pause } from 'node:timers/promises';
import { type Question, type ToPrimary, type ToWorker, toPrimary } from './messages.ts';
import { type WorkerNumber, workerNumberText, workerVariable } from './worker.ts';

/** Time for a worker to answer a question, in ms. */
const answerTimeoutMs = 2000;

/** After a worker's process has ended, its last messages may still arrive for this time, in ms. */
const lastMessagesMs = 1000;

export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** The messages of a worker that the supervisor handles. */
export type WorkerMessage = Exclude<ToPrimary, { readonly kind: 'answer' | 'refused' }>;

/** One process of a worker, as the primary sees it. */
export class WorkerProcess {
  readonly index: number;
  readonly input: unknown;
  readonly startedAtMs = performance.now();
  /** Resolves to true when the worker serves, and to false if it ends before. */
  readonly started: Promise<boolean>;
  readonly ended: Promise<WorkerEnd>;
  /** Whether the worker gets connections. */
  listens = false;
  hasStarted = false;
  /** Why the worker could not start. Null if it has not reported a reason. */
  refusal: string | null = null;
  readonly #worker: Worker;
  readonly #started = Promise.withResolvers<boolean>();
  readonly #answers = new Map<number, (answer: unknown) => void>();
  #lastId = 0;
  #isHeard = false;

  /** Calls `obey` for each message that the supervisor must handle. */
  constructor(
    number: WorkerNumber,
    input: unknown,
    log: { error(details: object, message: string): void },
    obey: (message: WorkerMessage) => void,
  ) {
    this.index = number.index;
    this.input = input;
    this.started = this.#started.promise;
    this.#worker = cluster.fork({ [workerVariable]: workerNumberText(number) });
    this.#worker.on('listening', () => {
      this.listens = true;
    });
    this.#worker.on('message', (message: unknown) => this.#receive(toPrimary.parse(message), obey));
    this.#worker.on('error', (error) =>
      log.error({ worker: number.index, name: error.name }, 'a worker is not reached'),
    );
    const disconnected = new Promise<void>((resolve) => {
      this.#worker.on('disconnect', resolve);
    });
    const exited = new Promise<WorkerEnd>((resolve) => {
      this.#worker.on('exit', (code, signal) => resolve({ code, signal }));
    });
    // The last messages may arrive after the process has ended, until the channel to it closes. Node doesn't report the
    // closing if the worker has not confirmed a connection from the primary, so there is a time limit, too.
    this.ended = exited.then(async (end) => {
      await Promise.race([disconnected, pause(lastMessagesMs)]);
      return end;
    });
    void this.ended.then(() => {
      this.listens = false;
      this.#started.resolve(false);
    });
  }

  #receive(message: ToPrimary, obey: (message: WorkerMessage) => void): void {
    this.#isHeard = true;
    switch (message.kind) {
      case 'answer':
        this.#answers.get(message.id)?.(message.answer);
        return;
      case 'refused':
        this.refusal = message.reason;
        return;
      case 'started':
        this.hasStarted = true;
        this.#started.resolve(true);
        obey(message);
        return;
      default:
        obey(message);
    }
  }

  /** Whether the worker has sent anything since the last call. */
  takeHeard(): boolean {
    const isHeard = this.#isHeard;
    this.#isHeard = false;
    return isHeard;
  }

  /** A worker that is about to end gets no more messages. */
  tell(message: ToWorker): void {
    if (this.#worker.isConnected()) {
      this.#worker.send(message, () => {});
    }
  }

  /** Resolves to null if the worker doesn't answer in time. */
  ask(question: Question): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      const finish = (answer: unknown) => {
        clearTimeout(timer);
        this.#answers.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(() => finish(null), answerTimeoutMs);
      this.#answers.set(id, finish);
      this.tell({ kind: 'question', id, question });
    });
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }
}
