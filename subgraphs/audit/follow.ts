/** Writes the audit records continuously to a file or to syslog, one entry per line. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { AuditedChange, AuditedReading, JournalDatabase, Numbered } from '../../store/journal/port.ts';
import { hongKongInstant } from '../library/calendar.ts';
import { pause } from '../runtime/pause.ts';

type Audit = Pick<JournalDatabase, 'readingsAfter' | 'changesAfter' | 'now'>;

interface FollowOptions {
  /** The file with the numbers of the last written entries. It is created if it is missing. */
  readonly positionFile: string;
  /** Resolves when the lines are written. */
  write(lines: string): Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * The age that an entry must have before it is written, in ms. Entries get their numbers before they are stored, so an
 * entry may be stored after one with a higher number. At this age, all entries with lower numbers are stored.
 */
const settledMs = 60_000;
const batchSize = 1_000;
/** The pause while no entry is old enough to be written, in ms. */
const pauseMs = 5_000;

const positionShape = z.object({ reading: z.int(), change: z.int() });
type Position = z.infer<typeof positionShape>;

/** Writes all entries after the stored position, the oldest first. Then writes each new entry until the signal aborts. */
export async function followAudit(
  audit: Audit,
  { positionFile, write, signal }: FollowOptions,
): Promise<void> {
  let position = await readPosition(positionFile);
  while (!signal.aborted) {
    const until = (await audit.now()).getTime() - settledMs;
    const [readings, changes] = await Promise.all([
      audit.readingsAfter(position.reading, batchSize),
      audit.changesAfter(position.change, batchSize),
    ]);
    const settledReadings = takeSettled(readings, until);
    const settledChanges = takeSettled(changes, until);
    const entries = [...settledReadings.map(readingEntry), ...settledChanges.map(changeEntry)];
    if (entries.length === 0) {
      await pause(pauseMs, signal);
      continue;
    }
    await write(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    position = {
      reading: settledReadings.at(-1)?.number ?? position.reading,
      change: settledChanges.at(-1)?.number ?? position.change,
    };
    await storePosition(positionFile, position);
  }
}

/** The entries before the first one that is too new to be written. */
function takeSettled<Entry extends { readonly at: Date }>(
  entries: readonly Entry[],
  until: number,
): readonly Entry[] {
  const end = entries.findIndex(({ at }) => at.getTime() > until);
  return end === -1 ? entries : entries.slice(0, end);
}

const readingEntry = ({ number, at, subject, ...reading }: Numbered<AuditedReading>) => ({
  entry: `R${number}`,
  at: hongKongInstant(at),
  colleague: subject,
  ...reading,
});

const changeEntry = ({ number, at, subject, ...change }: Numbered<AuditedChange>) => ({
  entry: `C${number}`,
  at: hongKongInstant(at),
  colleague: subject,
  what: 'CHANGE',
  ...change,
});

async function readPosition(file: string): Promise<Position> {
  try {
    return positionShape.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { reading: 0, change: 0 };
    }
    throw new Error(`${file} has no position of the audit.`, { cause: error });
  }
}

/** Writes a new file and renames it, so that the position is complete even if the process dies. */
async function storePosition(file: string, position: Position): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(position));
  await rename(`${file}.new`, file);
}
