import { expect, test } from 'vitest';
import { acceptedOrRefuse } from '../../../../subgraphs/credentials/procedures/steps/refusals.ts';
import type { OperationKind } from '../../../../subgraphs/credentials/rules/reasons.ts';

const codeOf = (kind: OperationKind, refused: 'WRONG_STATE' | 'ALREADY_EXISTS'): string | null => {
  try {
    acceptedOrRefuse(kind, { refused });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

test.each([
  ['REPORT_LOSS', 'WRONG_STATE', 'WRONG_STATE'],
  ['REPLACE_CREDENTIAL', 'ALREADY_EXISTS', 'ALREADY_HELD'],
  ['SET_PIN', 'ALREADY_EXISTS', 'SYSTEM_UNAVAILABLE'],
  ['SUBMIT_APPLICATION', 'WRONG_STATE', 'SYSTEM_UNAVAILABLE'],
] as const)(
  'if card management refuses a %s with %s, the problem is %s, which its enum has',
  (kind, refused, code) => {
    expect(codeOf(kind, refused)).toBe(code);
  },
);
