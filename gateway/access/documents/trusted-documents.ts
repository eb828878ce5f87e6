import type { FastifyBaseLogger } from 'fastify';
import { messageOf } from '../../../platform/lifecycle/message-of.ts';
import { poll } from '../../../platform/lifecycle/polling.ts';
import { nameOfError } from '../../../platform/telemetry/describe-error.ts';
import { DocumentIndex } from './document-index.ts';
import { ManifestFolder } from './folder.ts';
import { cutIntoStretches } from './stretches.ts';

const pollIntervalMs = 1000;
/** The log names at most this many documents that don't fit the schema. The others are only counted. */
const maxReported = 20;

/**
 * Returns the problems of a document with the current schema. Empty if the document is valid. The problems quote no
 * value.
 */
export type ValidateDocument = (text: string) => readonly string[];

/**
 * The documents that the manifests in a folder trust. The manifests are read again when a file changes, until the object
 * is disposed of.
 *
 * Each document is checked against the schema when it is loaded, and again when the schema changes. So the operator's log
 * names an operation that a front end can't send any more, before users notice.
 */
export class TrustedDocuments implements AsyncDisposable {
  readonly #folder: ManifestFolder;
  readonly #maxTokens: number;
  readonly #log: FastifyBaseLogger;
  readonly #closing = new AbortController();
  #index: DocumentIndex;
  #validate: ValidateDocument | null = null;
  #invalid: number | null = null;
  #checking = new AbortController();
  #polling: Promise<void> = Promise.resolve();

  private constructor(
    folder: ManifestFolder,
    index: DocumentIndex,
    maxTokens: number,
    log: FastifyBaseLogger,
  ) {
    this.#folder = folder;
    this.#index = index;
    this.#maxTokens = maxTokens;
    this.#log = log;
  }

  /**
   * Reads the manifests in a folder. A manifest that can't be used is logged.
   * @throws Error if the folder can't be read.
   */
  static async open(path: string, maxTokens: number, log: FastifyBaseLogger): Promise<TrustedDocuments> {
    const folder = new ManifestFolder(path, log);
    const stamp = await folder.stamp();
    const opened = new TrustedDocuments(folder, await readIndex(folder, maxTokens, log), maxTokens, log);
    opened.#polling = poll(
      stamp,
      { intervalMs: pollIntervalMs, stamp: () => folder.stamp(), changed: () => opened.#reload() },
      opened.#closing.signal,
    );
    return opened;
  }

  get index(): DocumentIndex {
    return this.#index;
  }

  /**
   * The number of documents that the schema rejects, by the last complete check. Null before the first complete check.
   */
  get invalidDocuments(): number | null {
    return this.#invalid;
  }

  /**
   * Checks the documents now, and again whenever they change. Resolves when the check ends or another check begins.
   * Never rejects.
   */
  checkWith(validate: ValidateDocument): Promise<void> {
    this.#validate = validate;
    return this.#check();
  }

  async #reload(): Promise<void> {
    try {
      this.#index = await readIndex(this.#folder, this.#maxTokens, this.#log);
    } catch (error) {
      const reason = messageOf(error);
      this.#log.error({ reason }, "the trusted documents can't be read again: those that were read stay");
      return;
    }
    await this.#check();
  }

  async #check(): Promise<void> {
    this.#checking.abort();
    this.#checking = new AbortController();
    try {
      if (this.#validate !== null) {
        await this.#checkAll(this.#validate, this.#checking.signal);
      }
    } catch (error) {
      // Only the error's name is logged, because its message may quote a document.
      this.#log.error({ error: nameOfError(error) }, 'the trusted documents could not be checked');
    }
  }

  async #checkAll(validate: ValidateDocument, signal: AbortSignal): Promise<void> {
    const nextStretch = cutIntoStretches();
    const { documents } = this.#index;
    let invalid = 0;
    for (const { manifest, id, text } of documents) {
      await nextStretch();
      if (signal.aborted) {
        return;
      }
      const problems = validate(text);
      if (problems.length > 0 && ++invalid <= maxReported) {
        this.#log.warn({ manifest, document: id, problems }, 'a trusted document is not valid in the schema');
      }
    }
    this.#invalid = invalid;
    this.#log.info({ documents: documents.length, invalid }, 'trusted documents were checked');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#checking.abort();
    await this.#polling;
  }
}

async function readIndex(
  folder: ManifestFolder,
  maxTokens: number,
  log: FastifyBaseLogger,
): Promise<DocumentIndex> {
  const manifests = await folder.read();
  const index = await DocumentIndex.build(manifests, maxTokens, (manifest, reason) =>
    log.error({ manifest, reason }, 'a document of a manifest is not trusted'),
  );
  log.info({ manifests: manifests.size, documents: index.documents.length }, 'trusted documents were read');
  return index;
}
