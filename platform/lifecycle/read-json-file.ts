import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { messageOf } from './message-of.ts';

/**
 * Reads the JSON file that a variable names, such as BRANCHES_FILE. `parse` gets the content, and the folder to which
 * relative paths in it refer.
 * @throws Error whose message names the variable, the file, and everything in it that is missing or wrong. It quotes no
 * secret.
 */
export async function readJsonFile<Value>(
  variable: string,
  file: string,
  parse: (json: unknown, folder: string) => Value | Promise<Value>,
): Promise<Value> {
  try {
    return await parse(JSON.parse(await readFile(file, 'utf8')), dirname(file));
  } catch (error) {
    throw new Error(`${variable} ${file} can't be used:${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    return `\n${z.prettifyError(error)}`;
  }
  // The parser's own message would quote the file.
  return ` ${error instanceof SyntaxError ? 'it is not JSON' : messageOf(error)}`;
}

/**
 * Reads a secret of at least `minLength` characters from its own file. The error's message calls it `kind`.
 * @throws Error that quotes nothing of the file
 */
export async function readSecretFile(file: string, kind: string, minLength: number): Promise<string> {
  const secret = (await readFile(file, 'utf8')).trimEnd();
  if (secret.length < minLength) {
    throw new Error(`the ${kind} in ${file} is shorter than ${minLength} characters`);
  }
  return secret;
}
