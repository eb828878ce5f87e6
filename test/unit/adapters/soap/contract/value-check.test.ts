import { expect, test } from 'vitest';
import { contract as revenue } from '../../../../../adapters/charges/contract.generated.ts';
import { contract } from '../../../../../adapters/patrons/contract.generated.ts';
import { valueCheck } from '../../../../../adapters/soap/contract/value-check.ts';

test('a text is a value of a member if the contract allows it in just this form', () => {
  const isPatronNo = valueCheck(contract, 'GetPatrons', 'PATRON_NO');
  expect(['P0000001', 'P1', '', 'P0000001 ', '\u0000'].filter(isPatronNo)).toEqual(['P0000001']);
  const isRows = valueCheck(contract, 'SearchPatrons', 'MAX_ROWS');
  expect(['7', '007', '+7', 'seven'].filter(isRows)).toEqual(['7']);
});

test('a member may be inside others', () => {
  expect(valueCheck(revenue, 'GetReceipt', 'request.OrderNo')('no order number')).toBe(false);
});

test('what is no simple member is a mistake of the program', () => {
  expect(() => valueCheck(contract, 'GetPatrons', 'PATRON')).toThrow(
    'GetPatrons has no simple member PATRON',
  );
  expect(() => valueCheck(contract, 'AmendPatron', 'DETAILS')).toThrow(TypeError);
});
