import type { SoapResponse } from '../codec/envelope/soap-response.ts';
import type { SoapOperation, SoapVersion, XmlTree } from '../contract/contract-types.ts';

/** One attempt of a call. A retry is another attempt. */
export interface Attempt {
  readonly operation: SoapOperation;
  readonly version: SoapVersion;
  readonly address: URL;
}

/** A plug-in for security or addressing. At each attempt of each call it adds to the request, and checks the answer. */
export interface MessagePlugin {
  /**
   * The header blocks that the plug-in understands in answers, as `{namespace}name`. An answer is refused if it has a
   * `mustUnderstand` block that neither a plug-in nor the contract declares.
   */
  readonly understands?: readonly string[];
  begin(attempt: Attempt): AttemptParts;
}

/** What a plug-in adds to one attempt, and what it checks. */
export interface AttemptParts {
  /** Header blocks, as XML. The prefix `soap` stands for the envelope's namespace. */
  readonly headerBlocks?: string;
  readonly httpHeaders?: Readonly<Record<string, string>>;
  /** Changes the whole envelope after all header blocks are in it, for example to sign it. */
  readonly seal?: ((envelope: string) => string) | undefined;
  /**
   * Checks the answer's blocks that the plug-in understands. `blocks` may also contain blocks of other plug-ins.
   *
   * @throws {UnexpectedXml} The answer can't be trusted.
   */
  readonly check?: (blocks: readonly XmlTree[], response: SoapResponse) => void;
}

/** What all plug-ins together add to one attempt, and what they check. */
export interface AttemptOfAll {
  readonly headerBlocks: string;
  readonly httpHeaders: Readonly<Record<string, string>>;
  seal(envelope: string): string;
  check(blocks: readonly XmlTree[], response: SoapResponse): void;
}

/** An attempt without plug-ins. Most systems have no plug-ins. */
const bareAttempt: AttemptOfAll = {
  headerBlocks: '',
  httpHeaders: {},
  seal: (envelope) => envelope,
  check: () => {},
};

/** Begins an attempt with all plug-ins. The plug-ins seal the envelope one after another, in the given order. */
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
