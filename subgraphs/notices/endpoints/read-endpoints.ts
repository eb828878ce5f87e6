import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { readJsonFile } from '../../../platform/lifecycle/read-json-file.ts';
import type { NoticeKind } from '../../../store/journal/port.ts';
import { secretForm, type WebhooksFile, webhooksFile } from './schema.ts';

/** An endpoint of WEBHOOKS_FILE, with its secrets. */
export interface WebhookEndpoint {
  readonly name: string;
  readonly url: URL;
  /** At least one secret. Messages are signed with each of them. */
  readonly secrets: readonly Uint8Array[];
  readonly kinds: ReadonlySet<NoticeKind>;
  /** The path of a PEM file with certificate authorities. Null for Node's own authorities. */
  readonly caFile: string | null;
}

/** The length of a secret in bytes, as Standard Webhooks requires. */
const secretBytes = { min: 24, max: 64 } as const;
/** The maximum number of secrets of one endpoint: the current one, the next one, and some more. */
const maxSecrets = 5;

/**
 * Reads WEBHOOKS_FILE and the files of secrets that it names.
 * @param production whether every URL must be https
 * @throws Error whose message names the file and all mistakes in it. It quotes no secret.
 */
export const readEndpoints = (file: string, production: boolean): Promise<readonly WebhookEndpoint[]> =>
  readJsonFile('WEBHOOKS_FILE', file, (json, folder) => parseEndpoints(json, folder, production));

/**
 * Checks the content of WEBHOOKS_FILE, and reads the files of secrets. Rejects with a ZodError, or with an Error for a
 * file that can't be read.
 * @param folder the folder at which relative paths start
 */
export async function parseEndpoints(
  json: unknown,
  folder: string,
  production: boolean,
): Promise<readonly WebhookEndpoint[]> {
  const { endpoints } = webhooksFile.superRefine(checker(production)).parse(json);
  return await Promise.all(endpoints.map((endpoint) => endpointOf(endpoint, folder)));
}

const checker =
  (production: boolean) =>
  ({ endpoints }: WebhooksFile, context: z.core.$RefinementCtx): void => {
    endpoints.forEach(({ name, url, secrets, secretFiles, caFile }, index) => {
      const say = (key: string, message: string) =>
        context.addIssue({ code: 'custom', path: ['endpoints', index, key], message });
      if (endpoints.findIndex((other) => other.name === name) !== index) {
        say('name', 'is there twice');
      }
      const { protocol, username, password, hash } = new URL(url);
      if (protocol !== 'https:' && (production || caFile !== undefined)) {
        say('url', production ? 'must be https in production' : 'must be https where `caFile` is set');
      }
      if (username !== '' || password !== '' || hash !== '') {
        say('url', 'must have no user, password or fragment');
      }
      const count = secrets.length + secretFiles.length;
      if (count < 1 || count > maxSecrets) {
        say('secrets', `must be 1 to ${maxSecrets}, together with \`secretFiles\``);
      }
      if (!secrets.every((secret) => isLongEnough(bytesOf(secret)))) {
        say('secrets', secretForm);
      }
    });
  };

async function endpointOf(
  { name, url, secrets, secretFiles, kinds, caFile }: WebhooksFile['endpoints'][number],
  folder: string,
): Promise<WebhookEndpoint> {
  const read = secretFiles.map((path) => readSecret(resolve(folder, path)));
  return {
    name,
    url: new URL(url),
    secrets: [...secrets.map(bytesOf), ...(await Promise.all(read))],
    kinds: new Set(kinds),
    caFile: caFile === undefined ? null : resolve(folder, caFile),
  };
}

/**
 * Reads a file with one secret. A line end may follow the secret. Rejects with an Error if the secret has another form.
 */
async function readSecret(path: string): Promise<Uint8Array> {
  const text = (await readFile(path, 'utf8')).trim();
  const bytes = bytesOf(text);
  if (!text.startsWith('whsec_') || !isLongEnough(bytes)) {
    throw new Error(`the secret in ${path} ${secretForm}`);
  }
  return bytes;
}

const bytesOf = (secret: string): Uint8Array =>
  new Uint8Array(Buffer.from(secret.slice('whsec_'.length), 'base64'));

const isLongEnough = ({ length }: Uint8Array): boolean =>
  length >= secretBytes.min && length <= secretBytes.max;
