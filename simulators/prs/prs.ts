import {
  contractIn,
  type InjectedError,
  type Operations,
  type Reply,
  run,
  type SimulatedSystem,
} from '../simulated-system.ts';
import { text } from '../soap/fields.ts';
import { receive } from '../soap/http-binding.ts';
import { InvalidRequest } from '../soap/invalid-request.ts';
import { each } from '../soap/write-xml.ts';
import type { PrsTables } from '../tables/store.ts';
import { PrsError, Registry } from './registry.ts';
import * as wire from './wire.ts';

/**
 * PRS, the vendor's Patron Registration System of 2004. SOAP 1.1, document/literal, local elements unqualified.
 *
 * It has these peculiarities, which are simulated here:
 * - Dates are `YYYYMMDD` and time stamps `YYYYMMDDHHMMSS`, in Hong Kong wall clock. English names are upper case.
 * - `GetPatrons` takes 1 to 50 numbers, leaves out unknown numbers, and returns the patrons in another order.
 * - Errors are SOAP faults with HTTP 500 and `PRSFault`. An invalid request is `PRS-001`, even if only one number of many
 *   is invalid.
 * - `RegisterPatron` takes no reference of the caller. After a time-out, only `FindPatron` shows whether the patron was
 *   registered.
 * - `AmendPatron` replaces all of `DETAILS`, so a field that is left out is wiped. `LAST_UPD` advances by at least a
 *   second.
 * - `SearchPatrons` finds patrons by a part of the English or the Chinese name, ignoring case. `TOTAL` is the number of
 *   matches on all pages.
 */
export function createPrs(tables: PrsTables, clock: () => Date): SimulatedSystem {
  const contract = contractIn('patrons/patron-registry.wsdl');
  const operations = operationsOf(new Registry(tables, clock));
  return {
    path: '/prs',
    operations: contract.operations,
    hasSessions: false,
    desk: null,
    restart: () => {},
    answer: (message, { injectedError }) => {
      let operation: string | null = null;
      try {
        const request = receive(message, contract);
        operation = request.operation;
        if (injectedError !== null) {
          throw errorOf(injectedError);
        }
        if (request.excess !== null) {
          throw new InvalidRequest('body', `TOO MANY ${request.excess}`);
        }
        return reply(operation, 200, wire.envelope(`${operation}Response`, run(operations, request)));
      } catch (error) {
        if (error instanceof PrsError) {
          return reply(operation, 500, wire.fault(error.code, error.message));
        }
        if (!(error instanceof InvalidRequest)) {
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

/** Returns PRS's error for an injected one. The vendor has only one code, `PRS-503`, for everything temporary. */
function errorOf({ kind, text }: InjectedError): PrsError {
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

function operationsOf(registry: Registry): Operations {
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
