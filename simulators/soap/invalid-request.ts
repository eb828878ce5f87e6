import type { XmlElement } from './xml.ts';

/**
 * The request is not XML, has a wrong envelope, or is invalid against the schema. Each vendor answers such a request in
 * its own way.
 */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
  /** The requested operation. Null if it can't be read from the request. */
  operation: string | null = null;
  /** The header blocks, if `stage` is `body`. */
  headers: readonly XmlElement[] = [];
  /** `body` means that the envelope was valid up to its body, so the headers can be used. */
  readonly stage: 'envelope' | 'body';

  constructor(stage: 'envelope' | 'body', message: string) {
    super(message);
    this.stage = stage;
  }
}
