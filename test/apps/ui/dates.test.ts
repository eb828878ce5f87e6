/** The short form of a day and of a moment. */
import { describe, expect, test } from 'vitest';
import { formatDay, formatTime } from '../../../apps/ui/src/language/format.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('a month', () => {
  test('has three letters in English, September too', () => {
    const days = Array.from({ length: 12 }, (_, month) => `2026-${String(month + 1).padStart(2, '0')}-25`);
    expect(days.map((day) => plain(formatDay(day, 'en')))).toEqual(
      ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map(
        (month) => `25 ${month} 2026`,
      ),
    );
    expect(plain(formatTime('2026-09-25T01:30:00Z', 'en'))).toBe('25 Sep 2026, 09:30');
  });

  test('is a number in Chinese', () => {
    expect(formatDay('2026-09-25', 'zh-Hant')).toBe('2026年9月25日');
    expect(plain(formatTime('2026-09-25T01:30:00Z', 'zh-Hant'))).toMatch(/^2026年9月25日 ?09:30$/);
  });
});
