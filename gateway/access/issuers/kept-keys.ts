import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { readIfExists } from '../read-if-exists.ts';
import { jwkSet } from './load-keys.ts';

/** An issuer's keys, and the time at which they were requested, in ms since 1970. */
export interface KeptKeys {
  readonly jwks: JSONWebKeySet;
  readonly fetchedAt: number;
}

/** A folder that keeps the last keys of each issuer for the next start of the process. */
export interface KeyStore {
  /**
   * Returns null if the folder has no keys of the issuer `name` from `url`. Rejects if the file can't be read, or is not
   * a file of this store.
   */
  read(name: string, url: string): Promise<KeptKeys | null>;
  /** Replaces the issuer's file atomically. No process ever reads half a file, even after a crash. */
  write(name: string, url: string, keys: KeptKeys): Promise<void>;
}

/** The file contains the URL of its keys. Keys from another URL than the configured one are not used. */
const keptFile = z.object({ url: z.string(), fetchedAt: z.iso.datetime(), jwks: jwkSet });

/**
 * Opens a folder of keys. The keys are public, but a program that can write them can sign any token. So only the owner
 * can use the folder and its files. Several processes may share the folder.
 */
export function openKeyStore(folder: string): KeyStore {
  const fileOf = (name: string) => join(folder, `${name}.json`);
  return {
    async read(name, url) {
      const text = await readIfExists(fileOf(name));
      if (text === null) {
        return null;
      }
      const kept = keptFile.parse(JSON.parse(text));
      return kept.url === url ? { jwks: kept.jwks, fetchedAt: Date.parse(kept.fetchedAt) } : null;
    },
    async write(name, url, { jwks, fetchedAt }) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const draft = join(folder, `${name}.${randomUUID()}.draft`);
      const content = { url, fetchedAt: new Date(fetchedAt).toISOString(), jwks };
      try {
        await writeFile(draft, JSON.stringify(content), { mode: 0o600, flush: true });
        await rename(draft, fileOf(name));
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
}
