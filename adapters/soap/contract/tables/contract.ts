/** Makes the tables of `contract-types.ts` for operations. Generated modules call these functions. */
import type { ElementDeclaration, SoapOperation } from '../contract-types.ts';

interface OperationOptions {
  readonly input?: ElementDeclaration;
  readonly output?: ElementDeclaration;
  readonly oneWay?: boolean;
  readonly inputHeaders?: readonly ElementDeclaration[];
  readonly outputHeaders?: readonly ElementDeclaration[];
  readonly faults?: readonly ElementDeclaration[];
  readonly replyAction?: string;
}

/** By default both Bodies are empty, and there are no headers and faults. */
export const operation = (
  name: string,
  soapAction: string,
  {
    input,
    output,
    oneWay = false,
    inputHeaders = [],
    outputHeaders = [],
    faults = [],
    replyAction,
  }: OperationOptions = {},
): SoapOperation => ({
  name,
  soapAction,
  input: input ?? null,
  output: output ?? null,
  isOneWay: oneWay,
  inputHeaders,
  outputHeaders,
  faults,
  replyAction: replyAction ?? null,
});
