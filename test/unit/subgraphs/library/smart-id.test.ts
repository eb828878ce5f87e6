import { describe, expect, test } from 'vitest';
import { checkPresented } from '../../../../subgraphs/library/smart-id.ts';

describe('the card in the reader', () => {
  const today = '2026-11-24';
  test.each([
    ['A123456(4)', '2019-02-20', 'IDENTITY_NUMBER_INVALID'],
    ['A123456(3)', '2003-06-22', 'SMART_ID_NEEDED'],
    ['A123456(3)', '2026-11-25', 'INVALID'],
  ])(
    'R5, R8: %s of %s is refused with %s before any system is asked',
    (identityNumber, dateOfIssue, code) => {
      expect(() => checkPresented({ identityNumber, dateOfIssue }, today)).toThrow(
        expect.objectContaining({ extensions: { code } }),
      );
    },
  );

  test('R30: the refusal never quotes the number', () => {
    try {
      checkPresented({ identityNumber: 'A123456(4)', dateOfIssue: '2019-02-20' }, today);
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain('123456');
    }
  });
});
