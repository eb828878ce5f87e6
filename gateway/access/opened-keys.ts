import type { Issuer } from './bearer.ts';
import type { IssuerKeys } from './issuers/keys.ts';
import type { ConfiguredIssuer } from './issuers/read-issuers.ts';

type Opened = IssuerKeys & AsyncDisposable;

/**
 * The keys of the issuers. Each entry is found by the issuer's name and the location of its keys. If the configuration
 * changes, an issuer with the same name and location keeps its keys. The tokens of this issuer are then accepted without
 * a pause.
 */
export class OpenedKeys implements AsyncDisposable {
  readonly #open: (issuer: ConfiguredIssuer) => Promise<Opened>;
  readonly #opened = new Map<string, Opened>();

  constructor(open: (issuer: ConfiguredIssuer) => Promise<Opened>) {
    this.#open = open;
  }

  /** Returns the issuers in the order of `configured`. @throws Error if a file of keys can't be used */
  async of(configured: readonly ConfiguredIssuer[]): Promise<readonly Issuer[]> {
    const issuers: Issuer[] = [];
    for (const issuer of configured) {
      const key = keyOf(issuer);
      const keys = this.#opened.get(key) ?? (await this.#open(issuer));
      this.#opened.set(key, keys);
      issuers.push({ entry: issuer.entry, keys });
    }
    return issuers;
  }

  /** Stops refreshing the keys of all issuers that are not in `configured`. */
  async closeOthers(configured: readonly ConfiguredIssuer[]): Promise<void> {
    const kept = new Set(configured.map(keyOf));
    for (const [key, keys] of this.#opened) {
      if (!kept.has(key)) {
        this.#opened.delete(key);
        await keys[Symbol.asyncDispose]();
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeOthers([]);
  }
}

const keyOf = ({ entry: { name }, keys }: ConfiguredIssuer): string => JSON.stringify([name, keys]);
