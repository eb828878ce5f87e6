import cluster, { type Worker } from 'node:cluster';
import { type Question, type ToWorker, toPrimary } from './messages.ts';
import { placeText, placeVariable } from './worker.ts';

/** Time for a worker to answer a question, in ms. */
const answerTimeoutMs = 2000;
/**
 * Pause between two checks whether a worker is alive, in ms. After three checks without an answer the worker is killed
 * and restarted.
 */
const aliveEveryMs = 10_000;
const maxMissedAnswers = 3;
/** Pause before the first restart of a worker, in ms. It doubles with each failure. */
const firstPauseMs = 500;
const maxPauseMs = 30_000;
/** After this time, in ms, the end of a worker is not counted as a failed start. */
const stableMs = 60_000;

export interface SupervisorOptions {
  readonly count: number;
  /** Called once, when all workers have started for the first time. */
  readonly print: (line: string) => void;
  readonly log: {
    info(details: object, message: string): void;
    error(details: object, message: string): void;
  };
}

/** The place of a worker, and the process that has this place now. */
interface Slot {
  readonly index: number;
  worker: Worker | null;
  /** Whether the worker gets connections. */
  listens: boolean;
  /** Whether the worker has everything that it needs to serve. */
  hasStarted: boolean;
  startedAtMs: number;
  /** How often in a row the worker ended soon after its start. */
  failures: number;
  missedAnswers: number;
}

/** Runs this program in several workers, and restarts workers that end. The supervisor itself answers no requests. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #slots: readonly Slot[];
  readonly #answers = new Map<number, (answer: unknown) => void>();
  readonly #ended = Promise.withResolvers<void>();
  #lastId = 0;
  #isStopping = false;
  #hasPrinted = false;
  #failed = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.count }, (_, at) => ({
      index: at + 1,
      worker: null,
      listens: false,
      hasStarted: false,
      startedAtMs: 0,
      failures: 0,
      missedAnswers: 0,
    }));
  }

  /**
   * Starts the workers. Resolves when all workers have ended: after {@link stop}, or if a worker fails before any
   * worker has served, because a retry would fail, too. The result is true if each worker ended with exit code 0.
   */
  async run(): Promise<boolean> {
    for (const slot of this.#slots) {
      this.#start(slot);
    }
    const watching = setInterval(() => void this.#checkAlive(), aliveEveryMs);
    await this.#ended.promise;
    clearInterval(watching);
    return !this.#failed;
  }

  /**
   * Tells all workers to stop. Each worker accepts requests until balancers have noticed, and then answers the running
   * requests.
   */
  stop(signal: string): void {
    this.#isStopping = true;
    for (const { worker } of this.#slots) {
      this.#tell(worker, { kind: 'stop', signal });
    }
    this.#endIfAllEnded();
  }

  /** Ends all workers at once. */
  kill(): void {
    this.#isStopping = true;
    for (const { worker } of this.#slots) {
      worker?.process.kill('SIGKILL');
    }
  }

  #start(slot: Slot): void {
    const { count, log } = this.#options;
    const place = { index: slot.index, count };
    const worker = cluster.fork({ [placeVariable]: placeText(place) });
    const fresh = { listens: false, hasStarted: false, missedAnswers: 0 };
    Object.assign(slot, { ...fresh, worker, startedAtMs: performance.now() });
    worker.on('listening', () => {
      slot.listens = true;
    });
    worker.on('message', (message: unknown) => void this.#obey(slot, message));
    worker.on('error', (error) =>
      log.error({ worker: slot.index, name: error.name }, 'a worker is not reached'),
    );
    worker.on('exit', (code, signal) => this.#hasEnded(slot, code, signal));
  }

  #hasEnded(slot: Slot, code: number | null, signal: string | null): void {
    const { log } = this.#options;
    const { index } = slot;
    slot.worker = null;
    if (this.#isStopping) {
      this.#failed ||= code !== 0;
      this.#endIfAllEnded();
      return;
    }
    if (!this.#slots.some(({ hasStarted }) => hasStarted) && !this.#hasPrinted) {
      // The worker has logged the reason on standard error.
      this.#failed = true;
      this.kill();
      this.#endIfAllEnded();
      return;
    }
    slot.listens = false;
    slot.hasStarted = false;
    slot.failures = performance.now() - slot.startedAtMs > stableMs ? 0 : slot.failures + 1;
    const inMs = Math.min(firstPauseMs * 2 ** Math.max(0, slot.failures - 1), maxPauseMs);
    log.error({ worker: index, code, signal, inMs }, 'a worker has ended, and is started again');
    setTimeout(() => {
      if (!this.#isStopping) {
        this.#start(slot);
      }
    }, inMs);
  }

  #endIfAllEnded(): void {
    if (this.#slots.every(({ worker }) => worker === null)) {
      this.#ended.resolve();
    }
  }

  async #obey(slot: Slot, message: unknown): Promise<void> {
    const parsed = toPrimary.parse(message);
    switch (parsed.kind) {
      case 'started':
        slot.hasStarted = true;
        this.#printOnce(parsed.line);
        return;
      case 'answer':
        this.#answers.get(parsed.id)?.(parsed.answer);
        return;
      case 'ask': {
        const { id, question } = parsed;
        const others = this.#slots.filter((other) => other !== slot && other.listens);
        const answers = await Promise.all(others.map(({ worker }) => this.#ask(worker, question)));
        this.#tell(slot.worker, { kind: 'answers', id, answers });
      }
    }
  }

  #printOnce(line: string): void {
    if (!this.#hasPrinted && this.#slots.every(({ hasStarted }) => hasStarted)) {
      this.#hasPrinted = true;
      this.#options.print(line);
    }
  }

  /** Resolves to null if the worker doesn't answer in time. */
  #ask(worker: Worker | null, question: Question): Promise<unknown> {
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
      this.#tell(worker, { kind: 'question', id, question });
    });
  }

  /**
   * Finds a worker whose event loop no longer turns. A probe over HTTP can't do this: it may reach another worker each
   * time.
   */
  async #checkAlive(): Promise<void> {
    for (const slot of this.#slots.filter(({ listens }) => listens)) {
      const { worker } = slot;
      const answer = await this.#ask(worker, 'alive');
      slot.missedAnswers = answer === true ? 0 : slot.missedAnswers + 1;
      if (slot.missedAnswers >= maxMissedAnswers && slot.worker === worker) {
        this.#options.log.error({ worker: slot.index }, 'a worker does not answer, and is killed');
        worker?.process.kill('SIGKILL');
      }
    }
  }

  /** A worker that is about to end gets no more messages. */
  #tell(worker: Worker | null, message: ToWorker): void {
    if (worker?.isConnected()) {
      worker.send(message, () => {});
    }
  }
}
