import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../support/processes.ts';
import { copySources, root } from '../../support/services/source-tree.ts';

const contract = join(import.meta.dirname, 'rooms/rooms.wsdl');

const askers = `      // guess: who may ask: staff alone, until you have looked; with an empty list, every caller with a token
      "scopes": `;
/** A drafted query by key, with the scopes of those who may ask. */
const openTo = (key: string, scopes = '["circulation:read"]') =>
  `"description": "One record, by its ${key}",\n${askers}${scopes}`;

/** What a person writes into the draft: what the vendor has said, and what it is called in the graph. */
const edits: readonly (readonly [drafted: string, edited: string])[] = [
  ['"security": "none"', '"security": "username-token-text"'],
  ['"id": "rms"', '"id": "rbs"'],
  ['"name": "rooms"', '"name": "room bookings"'],
  ['"chineseName": "rooms"', '"chineseName": "房間預約系統"'],
  ['"inSentence": "the rooms system"', '"inSentence": "the room booking system"'],
  ['"dropAfterSeconds": 60', '"dropAfterSeconds": 1'],
  // Everybody may see the rooms. What is drafted is for staff alone.
  [openTo('room no.'), openTo('room no.', '[]')],
  [
    `"kind": { "to": "Kind", "as": "enum" },
        "minSeats": { "to": "MinSeats", "as": "int" }
      },
${askers}["circulation:read"]`,
    `"kind": { "to": "Kind", "as": "enum" },
        "minSeats": { "to": "MinSeats", "as": "int" }
      },
${askers}[]`,
  ],
  [
    '"codes": {}',
    '"codes": { "RM-401": "unauthorized", "RM-503": "busy", "RM-409": { "refused": "ROOM_TAKEN", "message": "The room is taken." } }',
  ],
];

/** A copy of the program into which the room booking system was adopted, as the guide says. */
export async function adoptRooms(): Promise<{ readonly folder: string } & AsyncDisposable> {
  await using resources = new AsyncDisposableStack();
  const { folder } = resources.use(await copySources('adopted'));
  for (const path of ['biome.json', 'tsconfig.json', 'vitest.config.ts', 'test/support', 'test/contract']) {
    await cp(join(root, path), join(folder, path), { recursive: true });
  }
  expect(await command(folder, 'adapters/adopt/main.ts', contract)).toContain('mapping.jsonc is drafted');
  const mapping = join(folder, 'adapters/rooms/mapping.jsonc');
  const draft = await readFile(mapping, 'utf8');
  const edited = edits.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replaceAll(from, to);
  }, draft);
  await writeFile(mapping, edited);
  expect(await command(folder, 'adapters/adopt/main.ts', contract)).toContain('18 files are written');
  await command(folder, 'schema/compose.ts');
  await command(folder, 'schema/audience-schemas.ts');
  const kept = resources.move();
  return { folder, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Runs a command of the copy. Resolves to its output. */
export async function command(folder: string, file: string, ...args: readonly string[]): Promise<string> {
  await using process = run(file, {}, args, folder);
  expect(await process.exit, `${process.output.stdout}${process.output.stderr}`).toBe(0);
  return process.output.stdout;
}
