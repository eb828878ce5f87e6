import { writeSync } from 'node:fs';
import { symbols } from 'pino';

/**
 * When the waiting lines have this many characters, they are written at once. A container's runtime reads 16 KiB at a
 * time.
 */
const fullChunk = 8 * 1024;
/**
 * The longest time for which a line waits for further lines, in ms. A process that is killed loses the lines of this
 * time.
 */
const maxWaitMs = 100;
/** Maximum size of the lines that wait for a slow reader of the log, in characters: some two thousand lines. */
const maxWaiting = 1024 * 1024;
/** Delay before the next write after a slow reader took only a part of the lines, in ms. */
const retryMs = 10;
/** pino's number of the level `warn`. */
const warn = 40;
/** The time for which a process that ends waits for a slow reader of its log, in ms. */
const exitWaitMs = 1000;
const exitPauseMs = 10;

let dropped = 0;

/** The number of lines that this process has dropped so far, because nobody read the lines before them. */
export const droppedLogLines = (): number => dropped;

/**
 * Writes the lines of a log to a file descriptor, many at a time. A write for each line would cost more than the line.
 *
 *     100 ms after the last write  a line is written at once
 *     earlier than that            lines wait for the end of the 100 ms, or until there are 8 KiB
 *     warn and above, at the exit  everything is written at once
 *
 * A pipe or a socket never makes the process wait. Lines that its reader doesn't take stay here, up to 1 MiB. Further
 * lines are dropped and counted. As soon as the reader has taken everything, `resumed` gets the number of dropped lines.
 *
 * pino's own destination, sonic-boom, is not used: it sleeps while a reader is slow, or writes in threads, which may
 * hang at the exit. If the reader has gone, its `flushSync` never returns (decision 71).
 */
export class LogOutput {
  /** Tells pino to set `lastLevel` before each `write`. */
  readonly [symbols.needsMetadataGsym] = true;
  lastLevel = 0;
  readonly #fd: number;
  readonly #resumed: (droppedLines: number) => void;
  /** The bytes that the reader has not taken yet. They come before `#waiting`. */
  #rest: Buffer | null = null;
  #waiting = '';
  /** A timer that starts after a write. New lines wait until it ends. */
  #pause: NodeJS.Timeout | null = null;
  #untoldDrops = 0;
  /** Whether the last write that failed may succeed later. */
  #isReaderSlow = false;

  constructor(fd: number, resumed: (droppedLines: number) => void) {
    this.#fd = fd;
    this.#resumed = resumed;
    process.on('exit', () => this.#finish());
  }

  write(line: string): void {
    if (this.#waiting.length + (this.#rest?.length ?? 0) + line.length > maxWaiting) {
      this.#drop();
      return;
    }
    this.#waiting += line;
    const isUrgent = this.lastLevel >= warn;
    const isFull = this.#rest === null && this.#waiting.length >= fullChunk;
    if (this.#pause === null || isUrgent || isFull) {
      this.#flush();
    }
  }

  /** Writes as many lines as the reader accepts, and begins a pause if none is running. */
  #flush(): void {
    const isDone = this.#write();
    if (this.#pause === null || !isDone) {
      clearTimeout(this.#pause ?? undefined);
      this.#pause = setTimeout(this.#endPause, isDone ? maxWaitMs : retryMs).unref();
    }
  }

  readonly #endPause = (): void => {
    this.#pause = null;
    if (!this.#isEmpty()) {
      this.#flush();
    }
    if (this.#isEmpty() && this.#untoldDrops > 0) {
      const lines = this.#untoldDrops;
      this.#untoldDrops = 0;
      this.#resumed(lines);
    }
  };

  #isEmpty(): boolean {
    return this.#rest === null && this.#waiting === '';
  }

  #drop(): void {
    dropped += 1;
    this.#untoldDrops += 1;
  }

  /** Writes as much as the reader takes. Returns whether nothing is left. */
  #write(): boolean {
    if (this.#rest !== null && !this.#writeBytes(this.#rest)) {
      return false;
    }
    const text = this.#waiting;
    this.#waiting = '';
    return text === '' || this.#writeBytes(Buffer.from(text));
  }

  /** Returns whether all of the bytes were written. A pipe takes only a part of them when it is nearly full. */
  #writeBytes(bytes: Buffer): boolean {
    let written = 0;
    try {
      while (written < bytes.length) {
        written += writeSync(this.#fd, bytes, written);
      }
      this.#rest = null;
      return true;
    } catch (error) {
      // The reader is slow, or has gone. There is nobody to report this error to.
      this.#isReaderSlow = error instanceof Error && Reflect.get(error, 'code') === 'EAGAIN';
      this.#rest = bytes.subarray(written);
      return false;
    }
  }

  #finish(): void {
    const giveUpAt = performance.now() + exitWaitMs;
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    while (!this.#write() && this.#isReaderSlow && performance.now() < giveUpAt) {
      Atomics.wait(sleeper, 0, 0, exitPauseMs);
    }
  }
}
