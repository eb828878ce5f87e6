import type { Json } from './operations.ts';

/**
 * An application of somebody who is not known, as the journal keeps it. `SENT`: it takes a place of its document, and card
 * management has it, or is about to get it. `WAITING`: the places of its document are taken. `CLOSED`: it was decided, withdrawn
 * or refused, and takes none any more.
 */
export interface ReceivedApplication {
  /** The operation that submitted it. */
  readonly operationId: string;
  /** The number of the identity document that it names. */
  readonly document: string;
  readonly state: 'SENT' | 'WAITING' | 'CLOSED';
  /** Its number in card management, once that is known. */
  readonly applicationId: string | null;
  /** The application itself, as long as card management has not got it; null once it has, and where its operation sends it. */
  readonly application: Json;
  readonly receivedAt: Date;
}

/** A document for which applications wait. `position`: where the next page goes on. */
export interface WaitingDocument {
  readonly position: string;
  readonly document: string;
}

/**
 * Applications by their document, so that nobody fills card management with applications for one person. The document and the
 * application are encrypted. Kept for 30 days once closed, and 100 days in any case. Rejects as a `Journal` does.
 */
export interface ReceivedApplications {
  /**
   * Takes one of the document's `maxSent` places (1 to 100) for the operation's application, or keeps the application until one is
   * free. Of several at once no more get places than there are. An operation that has asked before gets the same answer. Durable.
   * The document: 1 to 64 characters. The application: at most 64 KiB of JSON.
   */
  receiveApplication(
    received: Pick<ReceivedApplication, 'operationId' | 'document' | 'application'>,
    maxSent: number,
  ): Promise<'SENT' | 'WAITING'>;
  /** Null if the operation has received none. */
  applicationOfOperation(operationId: string): Promise<ReceivedApplication | null>;
  /** Same order and length as `documents` (0 to 100): those that are not closed, the longest there first, at most 100 of each. */
  applicationsOfDocuments(documents: readonly string[]): Promise<readonly (readonly ReceivedApplication[])[]>;
  /** Card management has it under this number: the application itself is erased here. Durable. */
  applicationSent(operationId: string, applicationId: string): Promise<void>;
  /** Their places are free again (0 to 100 operations). */
  closeApplications(operationIds: readonly string[]): Promise<void>;
  /** Documents for which applications wait, at most `maxItems` (1 to 100): those after the position, or the first. */
  waitingDocuments(after: string | null, maxItems: number): Promise<readonly WaitingDocument[]>;
  /** Gives the free ones of the document's places to those that have waited longest. They are to be sent then. */
  admitWaiting(document: string, maxSent: number): Promise<void>;
  /** Those that have waited and have a place now, and that card management has not got, at most `maxItems` (1 to 100). */
  applicationsToSend(maxItems: number): Promise<readonly ReceivedApplication[]>;
}
