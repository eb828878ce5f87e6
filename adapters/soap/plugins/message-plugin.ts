import type { SoapResponse } from '../codec/envelope/soap-response.ts';
import type { Operation, SoapVersion, XmlTree } from '../contract/contract-types.ts';

/** One attempt of a call. A retry is another attempt. */
export interface Attempt {
  readonly operation: Operation;
  readonly version: SoapVersion;
  /** Where the request goes. */
  readonly address: URL;
}

/**
 * Security and addressing of a system. A plug-in sees each attempt of each call: it adds to the request, and checks the
 * answer.
 */
export interface MessagePlugin {
  /**
   * The header blocks of answers that the plug-in knows, as `{namespace}name`. An answer with another block that must be
   * understood is refused.
   */
  readonly understands?: readonly string[];
  begin(attempt: Attempt): AttemptParts;
}

/** What a plug-in does for one attempt. */
export interface AttemptParts {
  /** Header blocks, as XML. The prefix `soap` stands for the envelope's namespace. */
  readonly headerBlocks?: string;
  readonly httpHeaders?: Readonly<Record<string, string>>;
  /** Changes the whole envelope, when all header blocks are in it. A signature does. */
  readonly seal?: ((envelope: string) => string) | undefined;
  /**
   * Checks the blocks of the answer that the plug-in understands, among those of other plug-ins.
   *
   * @throws {UnexpectedXml} The answer is not to be trusted.
   */
  readonly check?: (blocks: readonly XmlTree[], response: SoapResponse) => void;
}

/** The parts of all plug-ins for one attempt. */
export interface AttemptOfAll {
  readonly headerBlocks: string;
  readonly httpHeaders: Readonly<Record<string, string>>;
  seal(envelope: string): string;
  check(blocks: readonly XmlTree[], response: SoapResponse): void;
}

/** The attempt of a system without plug-ins, as most are. */
const bareAttempt: AttemptOfAll = {
  headerBlocks: '',
  httpHeaders: {},
  seal: (envelope) => envelope,
  check: () => {},
};

/** Begins an attempt with all plug-ins. Envelopes are sealed in their order. */
export function beginAttempt(plugins: readonly MessagePlugin[], attempt: Attempt): AttemptOfAll {
  if (plugins.length === 0) {
    return bareAttempt;
  }
  const parts = plugins.map((plugin) => plugin.begin(attempt));
  return {
    headerBlocks: parts.map(({ headerBlocks = '' }) => headerBlocks).join(''),
    httpHeaders: Object.assign({}, ...parts.map(({ httpHeaders = {} }) => httpHeaders)),
    seal: (envelope) => parts.reduce((sealed, { seal }) => seal?.(sealed) ?? sealed, envelope),
    check(blocks, response) {
      for (const part of parts) {
        part.check?.(blocks, response);
      }
    },
  };
}
