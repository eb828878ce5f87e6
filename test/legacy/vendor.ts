import { readFileSync } from 'node:fs';
import type { HttpMessage } from './soap/http-binding.ts';
import { type Contract, compileContract } from './soap/schema.ts';

/** What ails a system. `busy`: housekeeping, try later. `internal`: it fails at everything. */
export type Trouble = 'busy' | 'internal';

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
  /** Answers any request, however wrong; throws only where the stand-in itself has a mistake. */
  answer(message: HttpMessage, circumstances: Circumstances): Reply;
  /** The system was switched off and on again: what it kept in memory only is gone, its tables are not. */
  restart(): void;
}

/** The contract in a WSDL below `adapters/`. */
export const contractIn = (wsdl: string): Contract =>
  compileContract(readFileSync(new URL(`../../adapters/${wsdl}`, import.meta.url), 'utf8'));
