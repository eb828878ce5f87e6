import type { XmlElement } from './xml.ts';

/**
 * The request has wrong HTTP headers, is not XML, has a wrong envelope, or is invalid against the schema. Each vendor
 * answers such a request differently.
 */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
  /** The requested operation. Null if it can't be read from the request. */
  operation: string | null = null;
  /** The header blocks of the envelope. Empty if the error was found before or after the envelope and body were read. */
  headers: readonly XmlElement[] = [];
  /** `body` means that the envelope is valid up to the content of its Body. */
  readonly stage: 'envelope' | 'body';

  constructor(stage: 'envelope' | 'body', message: string) {
    super(message);
    this.stage = stage;
  }
}
