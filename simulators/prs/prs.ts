import { type RequestElement, text } from '../soap/fields.ts';
import { receive } from '../soap/http-binding.ts';
import { Refusal } from '../soap/refusal.ts';
import { each } from '../soap/template.ts';
import type { PrsTables } from '../store.ts';
import { contractIn, type Reply, type Trouble, type Vendor } from '../vendor.ts';
import { PrsError, Registry } from './registry.ts';
import * as wire from './wire.ts';

/**
 * The Patron Registration System: SOAP 1.1, local elements unqualified, errors as faults with HTTP 500 and
 * `PRSFault` (contracts' README, PRS). A request that is not valid is `PRS-001`.
 */
export function createPrs(tables: PrsTables, clock: () => Date): Vendor {
  const contract = contractIn('patrons/patron-registry.wsdl');
  const operations = operationsOf(new Registry(tables, clock));
  return {
    path: '/prs',
    operations: contract.operations,
    hasSessions: false,
    restart: () => {},
    answer: (message, { trouble }) => {
      let operation: string | null = null;
      try {
        const request = receive(message, contract);
        operation = request.operation;
        if (trouble !== null) {
          throw errorOf(trouble);
        }
        if (request.excess !== null) {
          throw new Refusal('body', `TOO MANY ${request.excess}`);
        }
        const run = operations[operation];
        if (run === undefined) {
          throw new Refusal('body', `${operation} IS NOT SUPPORTED`);
        }
        return reply(operation, 200, wire.envelope(`${operation}Response`, run(request.payload)));
      } catch (error) {
        if (error instanceof PrsError) {
          return reply(operation, 500, wire.fault(error.code, error.message));
        }
        if (!(error instanceof Refusal)) {
          throw error;
        }
        return reply(
          error.operation ?? operation,
          500,
          wire.fault('PRS-001', `BAD REQUEST: ${error.message}`),
        );
      }
    },
  };
}

/** One code for whatever passes. */
function errorOf({ kind, text }: Trouble): PrsError {
  if (kind === 'busy') {
    return new PrsError('PRS-503', `SYSTEM BUSY, TRY LATER ${text}`.trimEnd());
  }
  if (kind === 'housekeeping') {
    return new PrsError('PRS-503', `HOUSEKEEPING IN PROGRESS, TRY LATER ${text}`.trimEnd());
  }
  return new PrsError('PRS-900', `INTERNAL ERROR ${text}`.trimEnd());
}

const reply = (operation: string | null, status: number, body: string): Reply => ({
  operation,
  status,
  contentType: 'text/xml; charset=utf-8',
  body,
});

/** What stands inside each operation's response element. */
function operationsOf(registry: Registry): Readonly<Record<string, (payload: RequestElement) => string>> {
  return {
    GetPatrons: (payload) => each(registry.getPatrons(wire.numbersOf(payload)), wire.patron),
    FindPatron: (payload) => {
      const found = registry.findPatron(wire.documentOf(payload));
      return found === null ? '' : wire.patron(found);
    },
    SearchPatrons: (payload) => {
      const { total, rows } = registry.searchPatrons(wire.criteriaOf(payload));
      return `<TOTAL>${total}</TOTAL>${each(rows, wire.patron)}`;
    },
    RegisterPatron: (payload) => wire.patron(registry.registerPatron(wire.detailsOf(payload))),
    AmendPatron: (payload) =>
      wire.patron(
        registry.amendPatron(
          text(payload, 'PATRON_NO'),
          text(payload, 'LAST_UPD'),
          wire.detailsOf(payload),
          wire.statusOf(payload),
        ),
      ),
  };
}
