/**
 * Finds the document of a request, and decides whether it may be served.
 *
 * | mode | a document that is in no manifest |
 * |---|---|
 * | `off` | is served |
 * | `audit` | is served, and logged once per client, with its hash and its operation's name |
 * | `require` | is refused |
 */
import type { FastifyBaseLogger } from 'fastify';
import { WeightedCache } from '../../../platform/caches/weighted-cache.ts';
import { nameToShow } from '../../../platform/telemetry/operation-name.ts';
import type { ByAudience } from '../../audiences.ts';
import type { TrustMode } from '../../config.ts';
import type { GatewayObserver } from '../../observer.ts';
import { audienceOf, type Caller } from '../caller.ts';
import { type AutomaticDocuments, isHashOf } from './automatic.ts';
import type { DocumentIdentity } from './document-index.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** An id that stands for a document's text in a request. */
export interface DocumentId {
  readonly id: string;
  /**
   * Whether the id is in `extensions.persistedQuery.sha256Hash`. A client that uses this form sends the text next if
   * the id is unknown.
   */
  readonly apollo: boolean;
}

/** A document in a request: a text, an id, or both. */
export interface RequestedDocument {
  readonly query?: string | undefined;
  readonly documentId?: DocumentId | undefined;
}

export interface DocumentRefusal {
  readonly code:
    | 'PERSISTED_QUERY_NOT_FOUND'
    | 'PERSISTED_QUERY_NOT_SUPPORTED'
    | 'PERSISTED_QUERY_HASH_MISMATCH'
    | 'QUERY_NOT_IN_SAFELIST';
  readonly message: string;
}

export type Decision =
  | {
      readonly served: true;
      readonly query: string;
      /**
       * Whether a manifest has the document. If manifests are not consulted: whether the document was found by its id.
       */
      readonly known: boolean;
      /** The hash under which to register the text after it is executed. Null if it must not be registered. */
      readonly register: string | null;
    }
  | { readonly served: false; readonly refusal: DocumentRefusal };

/** The messages are part of Apollo's protocol: urql looks only at the messages. */
const notFound = { code: 'PERSISTED_QUERY_NOT_FOUND', message: 'PersistedQueryNotFound' } as const;
const notSupported = {
  code: 'PERSISTED_QUERY_NOT_SUPPORTED',
  message: 'PersistedQueryNotSupported',
} as const;
const hashMismatch = {
  code: 'PERSISTED_QUERY_HASH_MISMATCH',
  message: 'The hash is not the SHA-256 of `query`.',
} as const;
const notTrusted = {
  code: 'QUERY_NOT_IN_SAFELIST',
  message: 'Only documents that were registered may be sent, and this one was not.',
} as const;

const maxRememberedReports = 10_000;

export interface DocumentPolicyOptions {
  /**
   * The documents of the manifests, and the treatment of other documents. Null if no folder of manifests is configured.
   */
  readonly trusted: { readonly documents: TrustedDocuments; readonly modes: ByAudience<TrustMode> } | null;
  /** Null if automatic persisted queries are off. */
  readonly automatic: AutomaticDocuments | null;
  readonly observer?: GatewayObserver;
  readonly log: FastifyBaseLogger;
}

/**
 * Decides which documents are served, by three things: the manifests, the mode of the caller's audience, and the
 * automatically registered documents.
 */
export class DocumentPolicy {
  readonly #options: DocumentPolicyOptions;
  /** The reports already in the log. The key is a document, an audience and a client. */
  readonly #reported = new WeightedCache<string, true>(maxRememberedReports);

  constructor(options: DocumentPolicyOptions) {
    this.#options = options;
  }

  /**
   * Whether texts of this caller are served even if no manifest has them. If so, most requests of the caller need no
   * decision.
   */
  servesEveryText(caller: Caller): boolean {
    return this.#modeFor(caller) === 'off';
  }

  /**
   * Returns the text of a document, whether or not it may be served. Undefined if the request has only an id, and the
   * id is unknown.
   */
  textOf({ query, documentId }: RequestedDocument): string | undefined {
    return query ?? this.#find(documentId);
  }

  decide(document: RequestedDocument, caller: Caller): Decision {
    const decision = this.#decide(document, caller);
    this.#options.observer?.documentJudged?.(nameOf(decision), audienceOf(caller));
    return decision;
  }

  #decide({ query, documentId }: RequestedDocument, caller: Caller): Decision {
    const { trusted, automatic } = this.#options;
    const mode = this.#modeFor(caller);
    const text = query ?? this.#find(documentId);
    if (text === undefined) {
      return refuse(this.#isSupported(documentId, mode) ? notFound : notSupported);
    }
    const registers = query !== undefined && documentId?.apollo === true && automatic !== null;
    if (registers && !isHashOf(documentId.id, query)) {
      return refuse(hashMismatch);
    }
    const known = query === undefined;
    const served = {
      served: true,
      query: text,
      known,
      register: registers ? documentId.id : null,
    } as const;
    if (trusted === null || mode === 'off') {
      return served;
    }
    const judgement = trusted.documents.index.judge(text);
    if (judgement.trusted) {
      return { ...served, known: true };
    }
    if (mode === 'require') {
      // The id of a document that only another audience has registered is answered like an unknown id. So the answer
      // doesn't reveal what others have registered.
      return refuse(query === undefined ? notFound : notTrusted);
    }
    if (judgement.identity !== null) {
      this.#report(judgement.identity, caller);
    }
    return { ...served, known: false };
  }

  /**
   * Registers a text under `hash`, which is `register` in the decision about this text. Call this only after the text
   * is executed, because a document with an error isn't worth keeping.
   */
  register(hash: string, text: string): void {
    this.#options.automatic?.register(hash, text);
  }

  #modeFor(caller: Caller): TrustMode {
    return this.#options.trusted?.modes[audienceOf(caller)] ?? 'off';
  }

  #find(documentId: DocumentId | undefined): string | undefined {
    if (documentId === undefined) {
      return undefined;
    }
    const { trusted, automatic } = this.#options;
    return trusted?.documents.index.find(documentId.id) ?? automatic?.find(documentId.id);
  }

  /**
   * Returns whether the gateway supports this kind of id at all. If not, the answer tells the client to send texts from
   * then on. So the client doesn't need two requests for each operation.
   */
  #isSupported(documentId: DocumentId | undefined, mode: TrustMode): boolean {
    const { trusted, automatic } = this.#options;
    return automatic !== null || mode === 'require' || (trusted !== null && documentId?.apollo === false);
  }

  /** Logs a document once per client, as long as the report is remembered. */
  #report({ id, operationName }: DocumentIdentity, caller: Caller): void {
    const report = `${id} ${audienceOf(caller)} ${caller.clientId ?? ''}`;
    if (this.#reported.get(report) === true) {
      return;
    }
    this.#reported.set(report, true);
    this.#options.log.warn(
      {
        document: id,
        operationName: operationName === null ? null : nameToShow(operationName),
        audience: audienceOf(caller),
        issuer: caller.issuer,
        clientId: caller.clientId,
        reqId: caller.requestId,
      },
      'a document that no manifest has was served',
    );
  }
}

function nameOf(decision: Decision): 'known' | 'unknown' | 'refused' {
  if (!decision.served) {
    return 'refused';
  }
  return decision.known ? 'known' : 'unknown';
}

function refuse(refusal: DocumentRefusal): Decision {
  return { served: false, refusal };
}
