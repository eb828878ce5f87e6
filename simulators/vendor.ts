import { readFileSync } from 'node:fs';
import type { HttpMessage } from './soap/http-binding.ts';
import { type Contract, compileContract, type Operation } from './soap/schema.ts';

/** What ails a system, as it says itself. `expired-session`: it has just forgotten the request's. */
export type TroubleKind = 'busy' | 'housekeeping' | 'internal' | 'expired-session';

export interface Trouble {
  readonly kind: TroubleKind;
  /** Said along with it. */
  readonly text: string;
}

export interface Circumstances {
  /** When the whole request had come in. */
  readonly arrivedAt: Date;
  readonly trouble: Trouble | null;
}

export interface Reply {
  /** The operation that was asked for, where it could be told. */
  readonly operation: string | null;
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
}

/** One legacy system behind its socket. */
export interface Vendor {
  /** Where it takes its requests, as in `/prs`. */
  readonly path: string;
  /** By name. */
  readonly operations: ReadonlyMap<string, Operation>;
  /** Whether requests come in sessions, which may expire. */
  readonly hasSessions: boolean;
  /** Answers any request, however wrong; throws only where the stand-in itself has a mistake. */
  answer(message: HttpMessage, circumstances: Circumstances): Reply;
  /** The system was switched off and on again: what it kept in memory only is gone, its tables are not. */
  restart(): void;
}

/** The contract in a WSDL below `adapters/`. */
export const contractIn = (wsdl: string): Contract =>
  compileContract(readFileSync(new URL(`../adapters/${wsdl}`, import.meta.url), 'utf8'));
