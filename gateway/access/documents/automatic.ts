import { WeightedCache } from '../../../platform/caches/weighted-cache.ts';
import { sha256Id } from './manifest.ts';

/** The maximum total length of the documents that clients have requested by hash, in characters. */
const maxCharacters = 2_000_000;
/** The maximum total length of the documents that are registered but not requested yet, in characters. */
const maxCandidateCharacters = 200_000;
/**
 * The weight of a document is its length plus this, in characters. So there are at most 4,000 requested documents, and
 * at most 400 that are registered but not requested yet.
 */
const entryWeight = 500;

/**
 * The documents of automatic persisted queries. In Apollo's protocol
 * (https://www.apollographql.com/docs/apollo-server/performance/apq), a client sends a hash, and adds the text only if
 * the hash isn't known.
 *
 * A registered text is a candidate. It becomes a kept document when a client requests it by its hash. So a caller who
 * registers many documents and never requests them can evict only other candidates.
 */
export class AutomaticDocuments {
  /** The key is `sha256:` and the hash. */
  readonly #kept = new WeightedCache<string, string>(maxCharacters);
  readonly #candidates = new WeightedCache<string, string>(maxCandidateCharacters);

  /** Returns the text with this hash, or undefined. A registered text is kept from its first request on. */
  find(hash: string): string | undefined {
    const id = `sha256:${hash}`;
    const kept = this.#kept.get(id);
    if (kept !== undefined) {
      return kept;
    }
    const candidate = this.#candidates.get(id);
    if (candidate !== undefined) {
      this.#kept.set(id, candidate, { weight: candidate.length + entryWeight });
    }
    return candidate;
  }

  /**
   * Registers a text under its hash. The caller must first check that the hash is right, and that the document is worth
   * keeping.
   */
  register(hash: string, text: string): void {
    const id = `sha256:${hash}`;
    if (this.#kept.get(id) === undefined) {
      this.#candidates.set(id, text, { weight: text.length + entryWeight });
    }
  }
}

/** Returns whether `hash` is the SHA-256 of the text: 64 hexadecimal digits in lower case. */
export function isHashOf(hash: string, text: string): boolean {
  return sha256Id(text) === `sha256:${hash}`;
}
