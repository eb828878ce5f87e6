import { readFile, writeFile } from 'node:fs/promises';

/**
 * Writes a file that `npm run compose` generates. With `-- --check` it writes nothing.
 * @throws Error if the file is stale.
 */
export async function writeOrCheck(file: URL, content: string): Promise<void> {
  if (!process.argv.includes('--check')) {
    await writeFile(file, content);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== content) {
    const [, name = file.pathname] = /\/((?:schema|docs)\/.*)$/.exec(file.pathname) ?? [];
    throw new Error(`${name} is stale: run \`npm run compose\`.`);
  }
}
