import type { FastifyBaseLogger } from 'fastify';
import type { ServerConfig } from '../../config.ts';
import { AutomaticDocuments } from './automatic.ts';
import { DocumentPolicy } from './policy.ts';
import { TrustedDocuments, type ValidateDocument } from './trusted-documents.ts';

/** What the configuration says about documents, opened. Disposing of it ends the watch over the manifests. */
export interface OpenDocuments extends AsyncDisposable {
  readonly policy: DocumentPolicy;
  /** Checks the trusted documents against the schema that is served from now on, in the background. */
  checkWith(validate: ValidateDocument): void;
}

/** @throws Error where the folder of the manifests can't be read; the message is for the person who started the process. */
export async function openDocuments(
  { trustedDocuments, automaticPersistedQueries, limits }: ServerConfig,
  log: FastifyBaseLogger,
): Promise<OpenDocuments> {
  const automatic = automaticPersistedQueries ? new AutomaticDocuments() : null;
  if (trustedDocuments === null) {
    return {
      policy: new DocumentPolicy({ trusted: null, automatic, log }),
      checkWith: () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
  const { dir, modes } = trustedDocuments;
  const documents = await open(dir, limits.maxTokens, log);
  return {
    policy: new DocumentPolicy({ trusted: { documents, modes }, automatic, log }),
    checkWith: (validate) => void documents.checkWith(validate),
    [Symbol.asyncDispose]: () => documents[Symbol.asyncDispose](),
  };
}

async function open(dir: string, maxTokens: number, log: FastifyBaseLogger): Promise<TrustedDocuments> {
  try {
    return await TrustedDocuments.open(dir, maxTokens, log);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`TRUSTED_DOCUMENTS_DIR can't be read: ${reason}`);
  }
}
