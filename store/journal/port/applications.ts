import type { Json } from './operations.ts';

/**
 * An application of a stranger. At most a few applications for one identity document have a place.
 *
 * - `SENT`: it has a place, and card management has received it or is about to.
 * - `WAITING`: all places of its document are taken.
 * - `CLOSED`: it was decided, withdrawn or refused, and has given its place back.
 */
export interface ReceivedApplication {
  /** The operation that submitted it. */
  readonly operationId: string;
  /** The number of the applicant's identity document. */
  readonly document: string;
  readonly state: 'SENT' | 'WAITING' | 'CLOSED';
  /** Its number in card management; null until that is known. */
  readonly applicationId: string | null;
  /** Its content, as long as it waits. Null once card management has it, and for applications that their own operation sends. */
  readonly application: Json;
  readonly receivedAt: Date;
}

/** A document for which applications wait. The next page begins after `position`. */
export interface WaitingDocument {
  readonly position: string;
  readonly document: string;
}

/**
 * Limits applications by identity document, so that nobody floods card management with applications for one person. Document and
 * content are encrypted. A closed application is kept for 30 days after it was received, any other for 100. Rejects as a `Journal`
 * does.
 */
export interface ReceivedApplications {
  /**
   * Gives the operation's application one of the document's `maxSent` places (1 to 100), or keeps it until one is free. Concurrent
   * calls never get more than `maxSent`. A repeated call of one operation gets the same answer. Durable.
   * The document: 1 to 64 characters. The application: at most 64 KiB of JSON.
   */
  receiveApplication(
    received: Pick<ReceivedApplication, 'operationId' | 'document' | 'application'>,
    maxSent: number,
  ): Promise<'SENT' | 'WAITING'>;
  /** Null if the operation has submitted none. */
  applicationOfOperation(operationId: string): Promise<ReceivedApplication | null>;
  /** Same order and length as `documents` (0 to 100). Those that are not closed, the oldest first, at most 100 for each document. */
  applicationsOfDocuments(documents: readonly string[]): Promise<readonly (readonly ReceivedApplication[])[]>;
  /** Card management has it under this number. Its content is erased here. Durable. */
  applicationSent(operationId: string, applicationId: string): Promise<void>;
  /** Closes the applications of these operations (0 to 100), and frees their places. */
  closeApplications(operationIds: readonly string[]): Promise<void>;
  /** The next `maxItems` (1 to 100) documents for which applications wait, after the position or from the first. */
  waitingDocuments(after: string | null, maxItems: number): Promise<readonly WaitingDocument[]>;
  /** Gives the document's free places to those that have waited longest. `applicationsToSend` has them then. */
  admitWaiting(document: string, maxSent: number): Promise<void>;
  /** Applications that have waited, have a place now, and are not in card management yet. At most `maxItems` (1 to 100). */
  applicationsToSend(maxItems: number): Promise<readonly ReceivedApplication[]>;
}
