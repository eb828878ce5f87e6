import { describe, expect, test } from 'vitest';
import { Automaton } from '../../../../../../adapters/soap/contract/simple/pattern/automaton.ts';
import { compilePattern } from '../../../../../../adapters/soap/contract/simple/pattern/compile-pattern.ts';
import { parsePattern } from '../../../../../../adapters/soap/contract/simple/pattern/parse-pattern.ts';
import { PatternError } from '../../../../../../adapters/soap/contract/simple/pattern/syntax-tree.ts';

describe("a regular expression of XML Schema's matches whole texts", () => {
  test.each<[pattern: string, matching: readonly string[], others: readonly string[]]>([
    ['P[0-9]{7}', ['P1234567'], ['P123456', 'P12345678', 'xP1234567', 'P1234567\n']],
    ['a|b{2,}', ['a', 'bb', 'bbb'], ['b', 'ab', '']],
    ['(ab?){2}', ['aa', 'abab', 'aab'], ['a', 'aba ']],
    ['^a$', ['^a$'], ['a']],
    ['[^Z]+Z', ['2026Z', '\n Z'], ['Z', 'ZZ']],
    ['[a-z-[aeiou]]', ['b'], ['a', '-']],
    ['[^a-c-[x]]', ['d'], ['a', 'x']],
    ['[-a]|[a-]', ['-', 'a'], ['b']],
    ['\\d\\D', ['1x', '٣x'], ['x1']],
    ['\\w+\\s\\S', ['aé\tx', 'a b'], ['a  ', '- b']],
    ['\\i\\c*', ['a-1.b', '_:'], ['1', '-']],
    ['\\p{Lu}\\P{Lu}', ['Aa', 'É1'], ['aA']],
    ['\\p{IsGreek}+', ['αβγ'], ['abc']],
    ['\\P{IsBasicLatin}', ['é', '\u{20000}'], ['e']],
    ['.', ['x', '\u{20000}', '\t'], ['\n', '\r', 'xx']],
    ['\\.\\\\\\[\\]\\{\\}\\(\\)\\*\\+\\?\\|\\^\\-', ['.\\[]{}()*+?|^-'], ['']],
    ['', [''], ['x']],
  ])('%s', (pattern, matching, others) => {
    const matcher = compilePattern(pattern);
    const automaton = new Automaton(parsePattern(pattern));
    for (const text of matching) {
      expect([text, matcher.test(text), automaton.test(text)]).toEqual([text, true, true]);
    }
    for (const text of others) {
      expect([text, matcher.test(text), automaton.test(text)]).toEqual([text, false, false]);
    }
  });

  test.each([
    '(a+)+b',
    '(a|a)*b',
    '(a|aa)+b',
    '([a-z]+\\.?)+!',
    'a*a*a*a*b',
    '(a{1,20}){1,20}b',
    '(.*)(.*)(.*)[0-9]',
    '((a?){0,30}){0,9}b',
  ])('in time that grows with the text alone: %s', (pattern) => {
    const matcher = compilePattern(pattern);
    expect(matcher).toBeInstanceOf(Automaton);
    const began = performance.now();
    expect(matcher.test('a'.repeat(200_000))).toBe(false);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test('and patterns that can not run away become expressions of JavaScript, which are faster', () => {
    for (const pattern of ['P[0-9]{7}', '[A-Za-z0-9._:\\-]{1,64}', '[^Z]+Z', '(a|b|c)[0-9]*']) {
      expect(compilePattern(pattern)).toBeInstanceOf(RegExp);
    }
  });

  test.each([
    '(',
    'a)',
    '[',
    '[]',
    '[b-a]',
    '*',
    'a{2,1}',
    'a{',
    '\\q',
    '\\p{Xx}',
    '\\p{IsNone}',
    'a{1000}{1000}{1000}',
    '[a-\\d]',
  ])('and others are refused: %s', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(PatternError);
  });
});
