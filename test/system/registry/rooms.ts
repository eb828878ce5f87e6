/**
 * A made-up fourth system: ROOMS, where patrons book rooms. It has an entry in the registry and its own folders, which is
 * all that a new system may need.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The entry, as it stands in `addedSystems`. */
export const roomsEntry = {
  id: 'rooms',
  name: 'room bookings',
  chineseName: '房間預訂系統',
  inSentence: 'the room booking system',
  isOptional: true,
  adapter: 'bookings',
  contract: { wsdl: 'rooms.wsdl' },
  security: { kind: 'login', simulated: { user: 'rooms-user', password: 'rooms-word' } },
  limits: { connections: 2, maxDeadlineMs: 3_000 },
  callClasses: ['reader', 'background'],
  subgraph: { name: 'bookings', port: 4014 },
  simulator: { path: '/rooms', port: 8114 },
} as const;

const folder = join(import.meta.dirname, 'rooms');

/** The files of the system's own folders, by their paths. Those of TypeScript have `.txt` after their names here. */
export const roomsFiles: ReadonlyMap<string, string> = new Map(
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      return [relative(folder, file).replace(/\.txt$/, ''), readFileSync(file, 'utf8')];
    }),
);
