import { chmodSync, globSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The path of libfaketime (Debian's package of this name); null if it is not installed. */
export const findFakeTime = (): string | null =>
  globSync('/usr/lib/{*/,}faketime/libfaketime.so.1').at(0) ?? null;

/** The clock of a program that runs with libfaketime. Only the wall clock is stepped, never the monotonic clock. */
export interface SteppedTime extends Disposable {
  /** The environment with which the program must be started. */
  readonly environment: Readonly<Record<string, string>>;
  /** The file with the offset in seconds, such as `+3600.000`. Every user can read it. */
  readonly file: string;
  /** Sets the program's clock ahead of the machine's, or behind it if the number is negative. */
  stepTo(offsetMs: number): void;
}

export function createSteppedTime(library: string): SteppedTime {
  const folder = mkdtempSync(join(tmpdir(), 'clock-'));
  // PostgreSQL may run as another user.
  chmodSync(folder, 0o755);
  const file = join(folder, 'offset');
  const stepTo = (offsetMs: number): void => {
    const seconds = (offsetMs / 1_000).toFixed(3);
    // The file is replaced as a whole, because the program may read it at any moment.
    writeFileSync(`${file}.new`, offsetMs < 0 ? seconds : `+${seconds}`, { mode: 0o644 });
    renameSync(`${file}.new`, file);
  };
  stepTo(0);
  return {
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // Node aborts if its monotonic clock goes back.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DISABLE_SHM: '1',
    },
    file,
    stepTo,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
