import type { Json } from './operations.ts';

/**
 * An application for membership, by somebody who is not a patron. For each identity document, only a few applications
 * may be in card management at a time. Each of these takes one of the document's slots.
 *
 * - `SENT`: the application has a slot. Card management has received it, or will soon.
 * - `WAITING`: all slots of its document are taken.
 * - `CLOSED`: the application was decided, withdrawn or refused, and its slot is free again.
 */
export interface ReceivedApplication {
  readonly operationId: string;
  /** The number of the applicant's identity document. */
  readonly document: string;
  readonly state: 'SENT' | 'WAITING' | 'CLOSED';
  /** The application's number in card management. Null until it is known. */
  readonly applicationId: string | null;
  /**
   * The content of an application that had to wait. Erased once card management has it, or the application is closed.
   * Null for an application that got a slot at once, because its operation sends it.
   */
  readonly application: Json;
  readonly receivedAt: Date;
}

/** An identity document for which applications wait. The next page begins after `position`. */
export interface WaitingDocument {
  readonly position: string;
  readonly document: string;
}

/**
 * Limits the applications for one identity document, so that nobody can flood card management with applications for one
 * person. Document and content are encrypted. A closed application is kept for 30 days after it was received, any other
 * application for 100 days. The methods reject like the methods of `Journal`.
 */
export interface ReceivedApplications {
  /**
   * Records the operation's application, and gives it one of the document's `maxSent` slots (1 to 100). If all are
   * taken, keeps the application until one is free. Concurrent calls never get more than `maxSent` slots. A repeated
   * call for one operation gets the same answer. The effect is durable.
   * `document` has 1 to 64 characters. `application` is at most 64 KiB of JSON.
   */
  receiveApplication(
    received: Pick<ReceivedApplication, 'operationId' | 'document' | 'application'>,
    maxSent: number,
  ): Promise<'SENT' | 'WAITING'>;
  /** The application that the operation has submitted. Null if there is none. */
  applicationOfOperation(operationId: string): Promise<ReceivedApplication | null>;
  /**
   * The applications of each document that are not closed, the oldest first, at most 100 for each document. Same order
   * and length as `documents` (0 to 100).
   */
  applicationsOfDocuments(documents: readonly string[]): Promise<readonly (readonly ReceivedApplication[])[]>;
  /** Records the application's number in card management, and erases its content here. The effect is durable. */
  applicationSent(operationId: string, applicationId: string): Promise<void>;
  /** Closes the applications of these operations (0 to 100), and frees their slots. */
  closeApplications(operationIds: readonly string[]): Promise<void>;
  /**
   * The next documents for which applications wait, at most `maxItems` (1 to 100), after the position `after`. Null
   * begins with the first.
   */
  waitingDocuments(after: string | null, maxItems: number): Promise<readonly WaitingDocument[]>;
  /**
   * Gives the document's free slots to the applications that have waited longest. `applicationsToSend` then returns
   * them.
   */
  admitWaiting(document: string, maxSent: number): Promise<void>;
  /** Applications that waited, have a slot now, and must be sent to card management. At most `maxItems` (1 to 100). */
  applicationsToSend(maxItems: number): Promise<readonly ReceivedApplication[]>;
}
