import { setTimeout as pause } from 'node:timers/promises';
import { watchAlive } from './alive-watch.ts';
import { replacedSignal, type ToWorker } from './messages.ts';
import { type WorkerEnd, type WorkerMessage, WorkerProcess } from './worker-process.ts';

/** Pause before the first restart of a worker, in ms. It doubles with each failure. */
const firstPauseMs = 500;
const maxPauseMs = 30_000;
/** If a worker ends within this time of its start, in ms, the start has failed. */
const stableMs = 60_000;
/** Time for a worker to start if it replaces another one, in ms. */
const replacementTimeoutMs = 120_000;

export interface SupervisorOptions {
  readonly count: number;
  /** The input with which each worker starts, as JSON. Default: none. */
  readonly input?: unknown;
  /** Called once, when all workers have started for the first time. */
  readonly print: (line: string) => void;
  readonly log: {
    info(details: object, message: string): void;
    error(details: object, message: string): void;
  };
}

interface Slot {
  readonly index: number;
  /** The process that runs as this worker now. Null between its end and its restart. */
  current: WorkerProcess | null;
  /** The process that starts to replace `current`. */
  next: WorkerProcess | null;
  /** How often in a row the worker ended soon after its start. */
  failures: number;
}

/** Runs this program in several workers, and restarts workers that end. The supervisor itself answers no requests. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #slots: readonly Slot[];
  /** Workers that were replaced, and answer their last requests. */
  readonly #retiring = new Set<WorkerProcess>();
  readonly #ended = Promise.withResolvers<void>();
  #input: unknown;
  #isStopping = false;
  #hasPrinted = false;
  #failed = false;
  /** Why the workers could not start. Null if no worker has reported a reason. */
  refusal: string | null = null;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#input = options.input;
    this.#slots = Array.from({ length: options.count }, (_, at) => ({
      index: at + 1,
      current: null,
      next: null,
      failures: 0,
    }));
  }

  /**
   * Starts the workers. Resolves when all have ended, after {@link stop} or a failed start. A start fails if a worker
   * ends before any has served. The result is true if each worker that ran at the stop ended with exit code 0.
   */
  async run(): Promise<boolean> {
    for (const slot of this.#slots) {
      slot.current = this.#fork(slot, this.#input);
    }
    using _watch = watchAlive(() => this.#processes(), this.#options.log);
    await this.#ended.promise;
    return !this.#failed;
  }

  /**
   * Tells all workers to stop. Each accepts requests until the load balancers have noticed, and then finishes the
   * running ones.
   */
  stop(signal: string): void {
    this.#isStopping = true;
    for (const worker of this.#processes()) {
      worker.tell({ kind: 'stop', signal });
    }
    this.#endIfAllEnded();
  }

  /** Ends all workers at once. */
  kill(): void {
    this.#isStopping = true;
    for (const worker of this.#processes()) {
      worker.kill();
    }
  }

  /** Sends new input to all workers, which continue with it. */
  send(input: unknown): void {
    this.#input = input;
    for (const worker of this.#processes()) {
      worker.tell({ kind: 'nextInput', input });
    }
  }

  /**
   * Replaces all workers, one after the other, by workers that start with new input. A worker stops when its successor
   * listens. The next worker is replaced when the stopped worker has ended, so that there is never more than one
   * additional process. Must not be called again before the call has resolved.
   *
   * If the first of the new workers can't start, everything stays as it is, and the result is the reason. Otherwise the
   * result is null.
   */
  async replaceAll(input: unknown): Promise<string | null> {
    const [first, ...others] = this.#slots;
    const refusal = first === undefined ? null : await this.#replace(first, input);
    if (refusal !== null) {
      return refusal;
    }
    this.#input = input;
    for (const slot of others) {
      // The input is good, because a worker has started with it. So a failure has another cause, which may pass.
      while (!this.#isStopping && (await this.#replace(slot, input)) !== null) {
        await pause(maxPauseMs, undefined, { ref: false });
      }
    }
    return null;
  }

  /** Returns why the new worker can't start. Null if it has replaced the previous worker. */
  async #replace(slot: Slot, input: unknown): Promise<string | null> {
    const next = this.#fork(slot, input);
    slot.next = next;
    const timer = setTimeout(() => next.kill(), replacementTimeoutMs);
    const hasStarted = await next.started;
    clearTimeout(timer);
    slot.next = null;
    if (!hasStarted) {
      if (slot.current === null) {
        this.#restartLater(slot);
      }
      return next.refusal ?? 'A new worker ended before it served.';
    }
    const { current: previous } = slot;
    slot.current = next;
    slot.failures = 0;
    if (previous !== null) {
      this.#retiring.add(previous);
      previous.tell({ kind: 'stop', signal: replacedSignal });
      await previous.ended;
    }
    return null;
  }

  /** All processes, including replaced workers and the workers that replace them. */
  #processes(): readonly WorkerProcess[] {
    const ofSlots = this.#slots.flatMap(({ current, next }) => [current, next]);
    return [...ofSlots.filter((worker) => worker !== null), ...this.#retiring];
  }

  #fork(slot: Slot, input: unknown): WorkerProcess {
    const { count, log } = this.#options;
    const number = { index: slot.index, count };
    const worker: WorkerProcess = new WorkerProcess(number, input, log, (message) => {
      void this.#obey(worker, message);
    });
    void worker.ended.then((end) => this.#hasEnded(slot, worker, end));
    return worker;
  }

  #hasEnded(slot: Slot, worker: WorkerProcess, { code, signal }: WorkerEnd): void {
    const isCurrent = slot.current === worker;
    this.#retiring.delete(worker);
    slot.current = isCurrent ? null : slot.current;
    slot.next = slot.next === worker ? null : slot.next;
    if (this.#isStopping) {
      this.#failed ||= code !== 0;
      this.#endIfAllEnded();
      return;
    }
    if (!isCurrent) {
      return;
    }
    const haveServed =
      this.#hasPrinted || worker.hasStarted || this.#slots.some(({ current }) => current?.hasStarted);
    if (!haveServed) {
      this.refusal = worker.refusal;
      this.#failed = true;
      this.kill();
      this.#endIfAllEnded();
      return;
    }
    slot.failures = performance.now() - worker.startedAtMs > stableMs ? 0 : slot.failures + 1;
    const inMs = this.#restartLater(slot);
    this.#options.log.error(
      { worker: slot.index, code, signal, inMs },
      'a worker has ended, and is started again',
    );
  }

  /** Restarts a worker after a pause, unless another one is about to take its place. Returns the pause, in ms. */
  #restartLater(slot: Slot): number {
    const inMs = Math.min(firstPauseMs * 2 ** Math.max(0, slot.failures - 1), maxPauseMs);
    setTimeout(() => {
      if (!this.#isStopping && slot.current === null && slot.next === null) {
        slot.current = this.#fork(slot, this.#input);
      }
    }, inMs);
    return inMs;
  }

  #endIfAllEnded(): void {
    if (this.#processes().length === 0) {
      this.#ended.resolve();
    }
  }

  async #obey(worker: WorkerProcess, message: WorkerMessage): Promise<void> {
    switch (message.kind) {
      case 'started':
        this.#printOnce(message.line);
        return;
      case 'inputWanted':
        worker.tell(await this.#inputFor(worker));
        return;
      case 'ask': {
        const { id, question } = message;
        const others = this.#serving().filter((other) => other !== worker);
        const answers = await Promise.all(others.map((other) => other.ask(question)));
        worker.tell({ kind: 'answers', id, answers });
      }
    }
  }

  /** The workers that get connections. Replaced workers are left out. */
  #serving(): readonly WorkerProcess[] {
    return this.#slots.flatMap(({ current }) => (current?.listens === true ? current : []));
  }

  async #inputFor(worker: WorkerProcess): Promise<ToWorker> {
    const slot = this.#slots.find(({ current, next }) => current === worker || next === worker);
    const serving = this.#serving();
    const previous = serving.find((other) => other === slot?.current) ?? serving[0];
    return { kind: 'input', input: worker.input, handover: (await previous?.ask('handover')) ?? null };
  }

  #printOnce(line: string): void {
    if (!this.#hasPrinted && this.#slots.every(({ current }) => current?.hasStarted)) {
      this.#hasPrinted = true;
      this.#options.print(line);
    }
  }
}
