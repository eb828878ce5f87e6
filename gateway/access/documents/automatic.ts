import { WeightedCache } from '../../../platform/caches/weighted-cache.ts';
import { sha256Id } from './manifest.ts';

/** Characters of all documents that were asked for by hash. */
const maxCharacters = 2_000_000;
/** Characters of all that were registered, and not asked for yet. */
const maxCandidateCharacters = 200_000;
/** Weight of a document beside its text, which bounds the entries: at most 4,000, and 400 candidates. */
const entryWeight = 500;

/**
 * The documents of automatic persisted queries (Apollo's protocol, https://www.apollographql.com/docs/apollo-server/performance/apq):
 * a client sends a hash, and the text only where the hash isn't known.
 *
 * A text that was registered is a candidate. Once it is asked for by its hash it is kept. So a caller who registers many documents, and
 * never asks for them, evicts nothing but other candidates.
 */
export class AutomaticDocuments {
  /** By `sha256:` and hash. */
  readonly #kept = new WeightedCache<string, string>(maxCharacters);
  readonly #candidates = new WeightedCache<string, string>(maxCandidateCharacters);

  /** The text with this hash, or undefined. */
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

  /** Registers a text under its hash. The caller has checked the hash, and that the document is worth keeping. */
  register(hash: string, text: string): void {
    const id = `sha256:${hash}`;
    if (this.#kept.get(id) === undefined) {
      this.#candidates.set(id, text, { weight: text.length + entryWeight });
    }
  }
}

/** Whether this is the SHA-256 of the text: 64 hexadecimal digits in lower case. */
export function isHashOf(hash: string, text: string): boolean {
  return sha256Id(text) === `sha256:${hash}`;
}
