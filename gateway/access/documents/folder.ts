import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { messageOf } from '../../../platform/lifecycle/message-of.ts';
import { fileStamp } from '../../../platform/lifecycle/polling.ts';
import { parseManifest, type TrustedDocument } from './manifest.ts';

/** The maximum number of files that are read from a folder. */
const maxManifests = 100;
/** The maximum number of bytes of one manifest. Parsing JSON blocks the event loop: about 20 ms for 4 MiB. */
const maxManifestBytes = 4 * 1024 * 1024;

/** The documents of each manifest, by the name of its file. The names are sorted. */
export type Manifests = ReadonlyMap<string, readonly TrustedDocument[]>;

/**
 * The manifests in a folder: its files `*.json`, without the files of subfolders. If a file becomes unusable, its
 * former documents stay trusted. If a file is removed, its documents are not trusted any more.
 */
export class ManifestFolder {
  readonly #path: string;
  readonly #log: FastifyBaseLogger;
  #files = new Map<string, { readonly stamp: string; readonly documents: readonly TrustedDocument[] }>();

  constructor(path: string, log: FastifyBaseLogger) {
    this.#path = path;
    this.#log = log;
  }

  /**
   * Returns a text that changes whenever a file is written, added or removed. It is constant while the folder can't be
   * read.
   */
  async stamp(): Promise<string> {
    try {
      const names = await this.#names();
      const stamps = await Promise.all(names.map((name) => fileStamp(join(this.#path, name))));
      return names.map((name, index) => `${name} ${stamps[index]}`).join('\n');
    } catch {
      // The error is reported when the folder is read.
      return 'unreadable';
    }
  }

  /**
   * Reads the files that are new or have changed since the last call. Returns the documents of all manifests. A file
   * that can't be used is logged.
   * @throws Error if the folder can't be read.
   */
  async read(): Promise<Manifests> {
    const names = await this.#names();
    if (names.length > maxManifests) {
      this.#log.error(
        { manifests: names.length, maxManifests },
        'there are too many manifests: the last ones in the order of names are left out',
      );
    }
    const before = this.#files;
    this.#files = new Map();
    for (const name of names.slice(0, maxManifests)) {
      const stamp = await fileStamp(join(this.#path, name));
      const known = before.get(name);
      const documents =
        known?.stamp === stamp ? known.documents : await this.#manifest(name, known?.documents);
      this.#files.set(name, { stamp, documents });
    }
    return new Map([...this.#files].map(([name, { documents }]) => [name, documents]));
  }

  async #names(): Promise<readonly string[]> {
    const names = await readdir(this.#path);
    return names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort();
  }

  async #manifest(
    name: string,
    before: readonly TrustedDocument[] | undefined,
  ): Promise<readonly TrustedDocument[]> {
    try {
      const path = join(this.#path, name);
      const { size } = await stat(path);
      if (size > maxManifestBytes) {
        throw new Error(`it has more than ${maxManifestBytes} bytes`);
      }
      return parseManifest(await readFile(path, 'utf8'));
    } catch (error) {
      const reason = messageOf(error);
      const kept = before === undefined ? 'none of its documents is trusted' : 'the one before stays';
      this.#log.error({ manifest: name, reason }, `a manifest of trusted documents can't be used: ${kept}`);
      return before ?? [];
    }
  }
}
