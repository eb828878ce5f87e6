import type { XmlElement } from './xml.ts';

/**
 * The request has wrong HTTP headers, is not XML, has a wrong envelope, or is invalid against the schema. Each vendor
 * answers such a request differently.
 */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
  /** The requested operation. Null if it can't be read from the request. */
  operation: string | null = null;
  /**
   * The header blocks of the envelope. Empty if the envelope itself is invalid, or if the request was rejected after it
   * was read.
   */
  headers: readonly XmlElement[] = [];
  /** The part of the request that is invalid. If it is `body`, the envelope up to the content of its Body is valid. */
  readonly stage: 'envelope' | 'body';

  constructor(stage: 'envelope' | 'body', message: string) {
    super(message);
    this.stage = stage;
  }
}
