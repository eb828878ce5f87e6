import { LinkedList, type Listed } from './linked-list.ts';

export interface WaitingCall extends Listed<WaitingCall> {
  /** The number of the call in the order of arrival, over all classes. */
  readonly arrival: number;
  start(): void;
  /** Called if the queue is full and a call of another caller gets this call's slot in the queue. */
  displace(): void;
}

/**
 * The calls of one caller in one class. A lane has a list of the lines with waiting calls. The first of these lines has
 * the next turn.
 */
export interface Line extends Listed<Line> {
  /** Whether the limits for one caller apply. False for the program's own work, which has no caller. */
  readonly isBounded: boolean;
  running: number;
  /** In the order of their arrival. */
  readonly waiting: LinkedList<WaitingCall>;
}

/**
 * Why a call can't start or wait. `class`: all slots of its class are taken. `caller`: its caller has as many slots
 * as one caller may have.
 */
export type Lack = 'class' | 'caller';

/**
 * The part of a queue that the calls of one caller may take. Many calls of one caller can be normal: thirty pupils sign
 * in at one address, or a page of a list makes a dozen calls.
 */
const queueShareOfCaller = 1 / 3;
/** Lines without calls are removed only when there are at least this many lines. A line has the calls of one caller. */
const minLinesBetweenRemovals = 1_000;

/** The running and the waiting calls of one class of a bulkhead. The callers of the class take turns. */
export class Lane {
  /** The maximum number of running calls of this class and of the classes below it together. */
  readonly slots: number;
  /** The number of `slots` that are taken. */
  taken = 0;
  readonly #queue: number;
  readonly #queueOfCaller: number;
  #waiting = 0;
  readonly #lines = new Map<string, Line>();
  readonly #own: Line = newLine(false);
  readonly #turns = new LinkedList<Line>();
  #linesBeforeRemoval = minLinesBetweenRemovals;

  /** @param queue the maximum number of waiting calls of this class alone */
  constructor(slots: number, queue: number) {
    this.slots = slots;
    this.#queue = queue;
    this.#queueOfCaller = Math.ceil(queue * queueShareOfCaller);
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** The line of a caller. For null, the line of the program's own calls. */
  lineOf(caller: string | null): Line {
    if (caller === null) {
      return this.#own;
    }
    const found = this.#lines.get(caller);
    if (found !== undefined) {
      return found;
    }
    if (this.#lines.size >= this.#linesBeforeRemoval) {
      this.#removeIdleLines();
    }
    const line = newLine(true);
    this.#lines.set(caller, line);
    return line;
  }

  /**
   * Whether one more call of the line may run while `free` slots are free. If the lane has a queue and at least three
   * slots, one slot is kept for a caller who has none. If the lane has no queue, a new caller can't wait. So the call
   * may run only if more slots are free than its caller already has.
   */
  mayRun({ isBounded, running }: Line, free: number): boolean {
    const kept = this.#queue === 0 ? running : Math.min(running, this.slots < 3 ? 0 : 1);
    return free > (isBounded ? kept : 0);
  }

  /**
   * Makes room for one more waiting call of the line, and returns null. The call is refused if its caller's share of
   * the queue is full. If the whole queue is full, the caller with the most waiting calls loses the newest of them to
   * this call. This call is refused if that caller would then have fewer waiting calls than this call's caller.
   */
  makeRoom(line: Line): Lack | null {
    if (line.isBounded && line.waiting.size >= this.#queueOfCaller) {
      return 'caller';
    }
    if (this.#waiting < this.#queue) {
      return null;
    }
    const longest = this.#longestLine();
    const newest = longest?.waiting.last;
    if (longest === undefined || newest === undefined || longest.waiting.size <= line.waiting.size + 1) {
      return lackOf(line);
    }
    this.remove(longest, newest);
    newest.displace();
    return null;
  }

  add(line: Line, call: WaitingCall): void {
    if (line.waiting.size === 0) {
      this.#turns.add(line);
    }
    line.waiting.add(call);
    this.#waiting += 1;
  }

  remove(line: Line, call: WaitingCall): void {
    line.waiting.remove(call);
    this.#waiting -= 1;
    if (line.waiting.size === 0) {
      this.#turns.remove(line);
    }
  }

  /**
   * The line (the calls of one caller) whose turn it is while `free` slots are free. Undefined if no waiting call may
   * run.
   */
  next(free: number): Line | undefined {
    let line = this.#turns.first;
    while (line !== undefined && !this.mayRun(line, free)) {
      line = line.next;
    }
    return line;
  }

  /** Takes the oldest call out of the line. All other lines have a turn before this line has another one. */
  takeOldest(line: Line): WaitingCall | undefined {
    const call = line.waiting.first;
    if (call !== undefined) {
      this.#turns.remove(line);
      line.waiting.remove(call);
      this.#waiting -= 1;
      if (line.waiting.size > 0) {
        this.#turns.add(line);
      }
    }
    return call;
  }

  #longestLine(): Line | undefined {
    let longest: Line | undefined;
    for (let line = this.#turns.first; line !== undefined; line = line.next) {
      if (line.isBounded && line.waiting.size > (longest?.waiting.size ?? 0)) {
        longest = line;
      }
    }
    return longest;
  }

  /**
   * Removes many lines at once. If entries of a map come and go one by one, the map keeps garbage alive (see
   * `LinkedList`).
   */
  #removeIdleLines(): void {
    for (const [caller, { running, waiting }] of this.#lines) {
      if (running === 0 && waiting.size === 0) {
        this.#lines.delete(caller);
      }
    }
    this.#linesBeforeRemoval = Math.max(minLinesBetweenRemovals, 2 * this.#lines.size);
  }
}

/**
 * Why a call of the line is refused: because of its caller's running or waiting calls, or else because its class is
 * full.
 */
export const lackOf = ({ isBounded, running, waiting }: Line): Lack =>
  isBounded && running + waiting.size > 0 ? 'caller' : 'class';

const newLine = (isBounded: boolean): Line => ({
  isBounded,
  running: 0,
  waiting: new LinkedList(),
  previous: undefined,
  next: undefined,
});
