import { type KeptFile, keepFile } from '../../../platform/lifecycle/kept-file.ts';
import type { ConnectionLog } from '../log.ts';
import { readTerminals, type Terminals } from './terminals.ts';

/** The terminals that may connect. They can change while the server runs. */
export type KeptTerminals = KeptFile<Terminals>;

/**
 * Reads the terminals from a file. Reads them again when the file or one of its password files has changed.
 * @throws Error as `readTerminals` does
 */
export const keepTerminals = (
  file: string,
  log: ConnectionLog,
  intervalMs?: number,
): Promise<KeptTerminals & Disposable> =>
  keepFile({
    read: () => readTerminals(file),
    files: ({ passwordFiles }) => [file, ...passwordFiles],
    what: 'SIP2 terminals',
    log,
    intervalMs,
  });

/** The names of the terminals whose entry or password has changed or is gone. New terminals are left out. */
export const changedTerminals = (former: Terminals, { digests }: Terminals): ReadonlySet<string> =>
  new Set([...former.digests].flatMap(([name, digest]) => (digests.get(name) === digest ? [] : [name])));
