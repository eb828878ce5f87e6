import type { FastifyBaseLogger } from 'fastify';
import type { CacheStats } from '../../../platform/caches/weighted-cache.ts';
import { messageOf } from '../../../platform/lifecycle/message-of.ts';
import type { ServerConfig } from '../../config.ts';
import type { GatewayObserver } from '../../observer.ts';
import { AutomaticDocuments } from './automatic.ts';
import { DocumentPolicy } from './policy.ts';
import { TrustedDocuments, type ValidateDocument } from './trusted-documents.ts';

/** The configured policy and manifests. Disposing of them stops the watch over the manifests. */
export interface OpenDocuments extends AsyncDisposable {
  readonly policy: DocumentPolicy;
  /** Checks the trusted documents against a new schema, in the background. */
  checkWith(validate: ValidateDocument): void;
  trusted(): readonly string[];
  /** Returns the statistics of the caches, by the name of the cache. */
  caches(): Readonly<Record<string, CacheStats>>;
}

/** @throws Error if the folder of the manifests can't be read. The message is for the person who starts the process. */
export async function openDocuments(
  { trustedDocuments, automaticPersistedQueries, limits }: ServerConfig,
  log: FastifyBaseLogger,
  observer: GatewayObserver,
): Promise<OpenDocuments> {
  const automatic = automaticPersistedQueries ? new AutomaticDocuments() : null;
  if (trustedDocuments === null) {
    return {
      policy: new DocumentPolicy({ trusted: null, automatic, observer, log }),
      checkWith: () => undefined,
      trusted: () => [],
      caches: () => ({}),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
  const { dir, modes } = trustedDocuments;
  const documents = await open(dir, limits.maxTokens, log);
  observer.watchOperationNames?.(() => documents.index.operationNames);
  return {
    policy: new DocumentPolicy({ trusted: { documents, modes }, automatic, observer, log }),
    checkWith: (validate) => void documents.checkWith(validate),
    trusted: () => documents.index.documents.map(({ text }) => text),
    caches: () => ({ judgements: documents.index.stats }),
    [Symbol.asyncDispose]: () => documents[Symbol.asyncDispose](),
  };
}

async function open(dir: string, maxTokens: number, log: FastifyBaseLogger): Promise<TrustedDocuments> {
  try {
    return await TrustedDocuments.open(dir, maxTokens, log);
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(`TRUSTED_DOCUMENTS_DIR can't be read: ${reason}`);
  }
}
